package spool

// maxDamages bounds the list that Damages returns.
const maxDamages = 256

// takeDamage counts the damaged pieces of a segment. A batch of which the header is good is
// dropped, and gets a mark so that it counts once; of the end of a file nobody knows whether it
// was ever accepted.
func (s *Spool) takeDamage(seg *segment, marks map[ID]mark, bad []Damage) {
	for _, d := range bad {
		s.report(d)
		seg.damaged = seg.damaged || !d.Torn && !d.Unread
		seg.unread = seg.unread || d.Unread
		for _, item := range d.Items {
			s.nextID = max(s.nextID, item.ID+1)
			if _, settled := marks[item.ID]; settled || d.Torn {
				continue
			}
			c := Count{1, item.Sum}
			_ = s.mark(seg, mark{markDropped + markKind(Damaged), item.ID, item.Sum})
			seg.settled.Dropped.add(Damaged, c)
			s.stats.Recovered = s.stats.Recovered.Plus(c)
			s.stats.Dropped.add(Damaged, c)
		}
	}
}

// report counts a damaged piece, and says it where there are not too many.
func (s *Spool) report(d Damage) {
	s.stats.Damages.add(d)
	if len(s.damages) == maxDamages {
		return
	}
	s.damages = append(s.damages, d)
	s.o.Logger.Warn("the spool is damaged: batches may be lost", "dir", s.o.Dir, "damage", d.String())
	if len(s.damages) == maxDamages {
		s.o.Logger.Warn("there is more damage, which is counted and no longer said", "dir", s.o.Dir)
	}
}
