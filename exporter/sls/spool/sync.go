package spool

import (
	"errors"
	"time"
)

// syncAll syncs segments and directory.
func (s *Spool) syncAll(now time.Time) (failed error) {
	s.lastSync = now
	for _, seg := range s.active {
		if err := s.syncSegment(seg); err != nil {
			failed = err
			s.rotate(seg)
		}
	}
	if err := s.rescueAll(); err != nil {
		failed = err
	}
	if s.dirDirty {
		if err := s.o.FS.SyncDir(s.o.Dir); err != nil {
			s.note("sync the directory", err)
			return errors.Join(failed, err)
		}
		s.dirDirty = false
	}
	return failed
}

// syncSegment syncs a segment that is appended to. Where the disk refuses that, what was accepted since
// the last time is in doubt: the system may forget it, and says so only once (fsync(2)).
func (s *Spool) syncSegment(seg *segment) error {
	if !seg.dirty {
		return nil
	}
	seg.dirty = false
	if err := seg.file.Sync(); err != nil {
		s.note("sync a segment", err)
		seg.doubtful = true
		return err
	}
	seg.synced = seg.size
	return nil
}
