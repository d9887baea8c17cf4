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
		good, bad, err = readSegment(f, path, size)
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
		if origin, ok := asides[f.origin]; ok && m.kind != markMoved && sameName(&origin, &f.header) {
			s.finishRelease(f.origin)
			delete(asides, f.origin)
		}
		if settled {
			continue
		}
		moved, ok := asides[f.id]
		if ok && sameName(&moved, &f.header) {
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
