package spool

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// recover reads the directory.
func (s *Spool) recover() error {
	var err error
	var fresh bool
	s.totalsFile, s.totals, fresh, err = openTotals(s.o.FS, filepath.Join(s.o.Dir, totalsName))
	if err != nil {
		return err
	}
	s.bytes = 2 * slotSize
	names, err := s.o.FS.ReadDir(s.o.Dir)
	if err != nil {
		return err
	}
	slices.Sort(names)
	if names, err = s.tidy(names); err != nil {
		return err
	}
	s.nextID, s.nextSegment = max(s.totals.NextID, 1), max(s.totals.NextSegment, 1)
	if err := s.recoverFiles(names); err != nil {
		return err
	}
	if fresh {
		if err := s.beginTotals(); err != nil {
			return fmt.Errorf("write totals: %w", err)
		}
	}
	return s.afterRecovery()
}

// beginTotals writes the first totals, so that the next Open knows lost ones from none. Both slots: old ones
// that could not be read now must not come back, as they may name files to be removed.
func (s *Spool) beginTotals() error {
	if len(s.segments) > 0 {
		s.o.Logger.Warn("the spool's totals are lost: what was delivered and dropped before counts from zero", "dir", s.o.Dir)
	}
	s.totals.NextID, s.totals.NextSegment = s.nextID, s.nextSegment
	return errors.Join(s.totalsFile.write(s.totals), s.totalsFile.write(s.totals))
}

// tidy finishes removals that were under way, and removes temporary files and marks without a
// segment. It returns the names that are left.
func (s *Spool) tidy(names []string) ([]string, error) {
	var errs []error
	there := make(map[string]bool)
	for _, name := range names {
		there[name] = true
	}
	for _, name := range s.totals.Removed {
		delete(there, name)
	}
	left := slices.DeleteFunc(names, func(name string) bool {
		segment, isMarks := strings.CutSuffix(name, marksSuffix)
		orphan := isMarks && !there[segment+segmentSuffix]
		if there[name] && !orphan && !strings.HasSuffix(name, tempSuffix) {
			return false
		}
		errs = append(errs, s.o.FS.Remove(filepath.Join(s.o.Dir, name)))
		return true
	})
	s.removals = true
	return left, errors.Join(errs...)
}

func (s *Spool) recoverFiles(names []string) error {
	asides := make(map[ID]header)
	for _, name := range names {
		if n, ok := numbered(name, asideSuffix); ok {
			if err := s.recoverAside(ID(n), asides); err != nil {
				return err
			}
		}
		if strings.HasSuffix(name, damagedSuffix) {
			s.keep(name, s.sizeOf(name))
		}
	}
	for _, name := range names {
		if n, ok := numbered(name, segmentSuffix); ok {
			if err := s.recoverSegment(n, asides, slices.Contains(names, strings.TrimSuffix(name, segmentSuffix)+marksSuffix)); err != nil {
				return err
			}
		}
	}
	return nil
}

// afterRecovery gives numbers to entries that claim one that is taken, and removes what is done.
func (s *Spool) afterRecovery() error {
	for _, l := range s.lanes {
		l.queue.sort()
	}
	for _, seg := range slices.Clone(s.segments) {
		seg.queue.sort()
		if seg.queue.live == 0 {
			s.fold(seg)
		}
	}
	s.stats.Recovered = s.stats.Recovered.Plus(s.stats.Queued).Plus(s.stats.Aside)
	if err := s.o.FS.SyncDir(s.o.Dir); err != nil {
		return fmt.Errorf("sync %q: %w", s.o.Dir, err)
	}
	return nil
}

// withFile opens a file for a moment.
func (s *Spool) withFile(path string, do func(f File, size int64) error) error {
	f, err := s.o.FS.Open(path)
	if err != nil {
		return err
	}
	size, err := f.Size()
	if err == nil {
		err = do(f, size)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("read %q: %w", path, err)
	}
	return nil
}

func (s *Spool) sizeOf(name string) (size int64) {
	_ = s.withFile(filepath.Join(s.o.Dir, name), func(_ File, n int64) error {
		size = n
		return nil
	})
	return size
}
