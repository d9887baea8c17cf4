package spool

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
)

// maxKept is how many damaged files stay for an operator to look at.
const maxKept = 2

// rotate ends a segment's time as the one that is appended to.
func (s *Spool) rotate(seg *segment) {
	for d, active := range s.active {
		if active == seg {
			s.retire(seg, d)
		}
	}
}

// retire syncs and closes an active segment, and removes it where nothing waits in it.
func (s *Spool) retire(seg *segment, d Destination) {
	delete(s.active, d)
	_ = s.syncSegment(seg)
	s.note("close a segment", seg.file.Close())
	seg.file = nil
	if seg.queue.live == 0 {
		s.fold(seg)
	}
}

// fold removes a segment of which all batches have a fate, and carries its counts over to the totals.
// These are written first, and say that the file is counted: whenever the process dies, each batch
// counts once. Where they can't be written, what was dropped stays until they can; what was delivered
// goes, and the next ones will hold its count.
func (s *Spool) fold(seg *segment) {
	if seg.unread {
		return // the next Open may read more of it
	}
	if seg.settled.Dropped != (Drops{}) {
		if err := s.carryDropped(seg.settled, s.nameOf(seg)); err != nil {
			s.note("write totals", err)
			return // Maintain tries again
		}
	} else if seg.marks > 0 || seg.settled != (Fates{}) {
		s.note("write totals", s.carry(seg.settled, s.nameOf(seg)))
	}
	s.discard(seg)
}

func (s *Spool) nameOf(seg *segment) string {
	return filepath.Base(s.path(seg.number, segmentSuffix))
}

// discard removes the files of a segment that the totals hold.
func (s *Spool) discard(seg *segment) {
	s.remove(seg)
	s.bytes -= seg.size + seg.marks
	if seg.damaged {
		s.setDamagedAside(s.nameOf(seg), seg.size)
	} else {
		s.unlink(s.nameOf(seg))
	}
	if seg.marks > 0 {
		s.unlink(filepath.Base(s.path(seg.number, marksSuffix)))
	}
}

// carry adds to the totals what a file holds that is about to be removed.
func (s *Spool) carry(f Fates, name string) error {
	s.totals.Fates = s.totals.Plus(f)
	if s.removals {
		// Only when earlier removals will last may the totals forget their names.
		if err := s.o.FS.SyncDir(s.o.Dir); err == nil {
			s.totals.Removed, s.removals = slices.Clone(s.stuck), false
		}
	}
	s.totals.Removed = append(s.totals.Removed, name)
	s.totals.NextID, s.totals.NextSegment = s.nextID, s.nextSegment
	return s.totalsFile.write(s.totals)
}

// carryDropped is carry for what is dropped: where the totals can't be written, nothing may go.
func (s *Spool) carryDropped(f Fates, name string) error {
	before := s.totals
	before.Removed = slices.Clone(before.Removed)
	err := s.carry(f, name)
	if err == nil {
		return nil
	}
	// What was written may be there all the same, so it is written over.
	s.totals = before
	s.removals = true
	return errors.Join(err, s.totalsFile.write(s.totals))
}

// setDamagedAside renames a file that holds no batch but damage.
func (s *Spool) setDamagedAside(name string, size int64) {
	path := filepath.Join(s.o.Dir, name)
	if err := s.o.FS.Rename(path, path+damagedSuffix); err != nil {
		s.note("keep a damaged file", err)
		s.unlink(name)
		return
	}
	s.removals = true
	s.keep(name+damagedSuffix, size)
}

// unlink removes a file that is counted in the totals. Where the disk refuses, the totals go on
// listing its name, so that no Open takes it for one that still counts.
func (s *Spool) unlink(name string) {
	s.removals = true
	err := s.o.FS.Remove(filepath.Join(s.o.Dir, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.note("remove a file", err)
		s.stuck = append(s.stuck, name)
	}
}

// keep remembers a damaged file, and removes the oldest beyond maxKept.
func (s *Spool) keep(name string, size int64) {
	s.kept = append(s.kept, keptFile{name, size})
	s.bytes += size
	for len(s.kept) > maxKept {
		s.removeKept()
	}
}

func (s *Spool) removeKept() {
	k := s.kept[0]
	s.kept = slices.Delete(s.kept, 0, 1)
	s.bytes -= k.size
	s.unlink(k.name)
}

// keptFile is a damaged file without batches.
type keptFile struct {
	name string
	size int64
}
