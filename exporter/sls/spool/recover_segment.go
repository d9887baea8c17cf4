package spool

import "path/filepath"

// recoverSegment reads one segment and its marks.
func (s *Spool) recoverSegment(number uint64, asides map[ID]header, marked bool) error {
	seg := &segment{number: number}
	var marks map[ID]mark
	if marked {
		if err := s.withFile(s.path(number, marksSuffix), func(f File, size int64) error {
			marks, seg.marks = readMarks(f, size), size
			return nil
		}); err != nil {
			return err
		}
	}
	var good []found
	var bad []Damage
	path := s.path(number, segmentSuffix)
	if err := s.withFile(path, func(f File, size int64) (err error) {
		seg.size = size
		if good, bad, err = readSegment(f, path, size); err == nil {
			s.settleSegment(seg, f)
		}
		return err
	}); err != nil {
		return err
	}
	s.segments = append(s.segments, seg)
	s.nextSegment = max(s.nextSegment, number+1)
	s.bytes += seg.size + seg.marks
	s.take(seg, marks, good, asides)
	s.takeDamage(seg, marks, bad)
	return nil
}

// settleSegment syncs what another process has left: it may have died before it did.
func (s *Spool) settleSegment(seg *segment, f File) {
	if err := f.Sync(); err != nil {
		s.note("sync a segment", err)
		seg.doubtful = true
		return
	}
	seg.synced = seg.size
}

func readSegment(f File, path string, size int64) ([]found, []Damage, error) {
	first := make([]byte, segmentHeader)
	n, _ := f.ReadAt(first, 0)
	v, ok := segmentVersion(first[:n])
	if ok && v != version {
		return nil, nil, &VersionError{path, v}
	}
	from := int64(segmentHeader)
	if !ok {
		from = 0
	}
	good, bad := scan(f, from, size)
	if size == 0 {
		bad = []Damage{{Torn: true}}
	}
	for i := range bad {
		bad[i].File = filepath.Base(path)
	}
	return good, bad, nil
}

// take puts a segment's entries into the index.
func (s *Spool) take(seg *segment, marks map[ID]mark, good []found, asides map[ID]header) {
	for id, m := range marks {
		seg.settled.add(m.kind, Count{1, m.sum})
		s.nextID = max(s.nextID, id+1)
	}
	for i := range good {
		f := &good[i]
		s.nextID = max(s.nextID, f.id+1)
		m, settled := marks[f.id]
		origin, released := asides[f.origin]
		released = released && sameName(&origin, &f.header)
		if settled {
			if released && m.kind != markMoved {
				s.finishRelease(f.origin)
				delete(asides, f.origin)
			}
			continue
		}
		// The file of a batch that is set aside has been synced before anything else was done.
		moved, aside := asides[f.id]
		if released || aside && sameName(&moved, &f.header) {
			_ = s.mark(seg, mark{markMoved, f.id, f.batch.Sum})
			continue
		}
		e := &entry{id: f.id, disk: f.id, seg: seg, at: f.at, size: f.size}
		s.enter(e, &f.header)
	}
}

func sameName(a, b *header) bool {
	return a.batch.Boot == b.batch.Boot && a.batch.Number == b.batch.Number && a.batch.First == b.batch.First
}
