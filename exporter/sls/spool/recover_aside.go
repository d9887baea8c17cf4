package spool

import "path/filepath"

// recoverAside reads one set-aside batch. A damaged one is counted, where that is possible, and
// renamed; one that can't be read stays for the next Open.
func (s *Spool) recoverAside(id ID, asides map[ID]header) error {
	path := s.path(uint64(id), asideSuffix)
	s.nextID = max(s.nextID, id+1)
	return s.withFile(path, func(f File, size int64) error {
		s.bytes += size
		good, bad := scan(f, 0, size)
		for _, g := range good {
			if g.id == id {
				asides[id] = g.header
				s.enter(&entry{id: id, disk: id, at: g.at, size: g.size}, &g.header)
				return nil
			}
		}
		if len(bad) > 0 && bad[0].Unread {
			bad[0].File = filepath.Base(path)
			s.report(bad[0])
			return nil
		}
		s.spoiledAside(filepath.Base(path), size, bad)
		return nil
	})
}

// spoiledAside counts a set-aside batch that can't be read, as far as its header is good.
func (s *Spool) spoiledAside(name string, size int64, bad []Damage) {
	var f Fates
	if len(bad) == 0 {
		bad = []Damage{{}}
	}
	for _, d := range bad {
		d.File, d.Torn = name, false // it was written whole or not at all
		s.report(d)
		for _, item := range d.Items {
			f.Dropped.add(Damaged, Count{1, item.Sum})
		}
	}
	s.bytes -= size
	s.note("write totals", s.carry(f, name))
	s.setDamagedAside(name, size)
	s.stats.Recovered = s.stats.Recovered.Plus(f.Dropped.Damaged)
	s.stats.Dropped.add(Damaged, f.Dropped.Damaged)
}

// finishRelease removes the file of a batch that was queued again, and has had its fate.
func (s *Spool) finishRelease(id ID) {
	if e := s.aside[id]; e != nil {
		s.forget(e)
		s.removeAside(e)
	}
}
