package spool

import (
	"errors"
	"slices"
)

// rescueAll writes the batches again that a failed sync has left in doubt. Until that has succeeded no
// Sync does.
func (s *Spool) rescueAll() (failed error) {
	for _, seg := range slices.Clone(s.segments) {
		if !seg.doubtful {
			continue
		}
		if err := s.rescue(seg); err != nil {
			s.note("write batches again of which a sync had failed", err)
			failed = err
		}
	}
	return failed
}

// rescue copies a segment's batches that are in doubt to a new segment, where they keep their IDs. A
// power cut at the wrong moment may leave both.
func (s *Spool) rescue(seg *segment) error {
	entries := s.inDoubt(seg)
	if len(entries) == 0 {
		seg.doubtful = false
		return nil
	}
	d := entries[0].lane.destination
	if active := s.active[d]; active != nil {
		s.rotate(active)
	}
	to, err := s.newSegment(d)
	if err != nil {
		return err
	}
	at, err := s.copyEntries(to, entries)
	if err == nil {
		err = errors.Join(to.file.Sync(), s.o.FS.SyncDir(s.o.Dir))
	}
	if err != nil {
		s.retire(to, d) // and it is gone: nothing waits in it
		return err
	}
	to.synced = to.size
	seg.doubtful = false
	for i, e := range entries {
		s.move(e, to, at[i])
	}
	_ = s.syncMarks(seg)
	return nil
}

// inDoubt lists the entries that wait behind what is synced. One that can't be read any more is lost.
func (s *Spool) inDoubt(seg *segment) (entries []*entry) {
	for _, e := range slices.Clone(seg.queue.list) {
		if e.gone || e.at < seg.synced {
			continue
		}
		if _, err := s.readLocked(e); !errors.Is(err, ErrDamaged) {
			entries = append(entries, e)
		}
	}
	return entries
}

// copyEntries appends entries to a segment, octet by octet, and returns where they are.
func (s *Spool) copyEntries(to *segment, entries []*entry) (at []int64, err error) {
	for _, e := range entries {
		b := make([]byte, e.size)
		if err := s.withFile(s.pathOf(e), func(f File, _ int64) error {
			_, err := f.ReadAt(b, e.at)
			return err
		}); err != nil {
			return nil, err
		}
		if err := writeAll(to.file, b, to.size); err != nil {
			return nil, err
		}
		at = append(at, to.size)
		to.size += int64(len(b))
		s.bytes += int64(len(b))
	}
	return at, nil
}

// move puts an entry into another segment. Who holds the old one finds it gone.
func (s *Spool) move(e *entry, to *segment, at int64) {
	seg := e.seg
	_ = s.mark(seg, mark{markMoved, e.disk, e.sum})
	moved := *e
	moved.seg, moved.at = to, at
	s.entries[e.id] = &moved
	e.lane.queue.replace(e, &moved)
	to.queue.push(&moved)
	e.gone = true
	seg.queue.removed()
	if seg.queue.live == 0 && seg.file == nil {
		s.fold(seg)
	}
}
