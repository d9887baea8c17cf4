package spool

import (
	"slices"
	"time"
)

// expireQueued drops the queued batches that are too old, and closes segments in which nothing waits.
func (s *Spool) expireQueued(now time.Time) {
	for _, seg := range slices.Clone(s.segments) {
		old := make([]*entry, 0, 16)
		for _, e := range seg.queue.list {
			if !e.gone && now.Sub(e.created) > s.o.MaxAge {
				old = append(old, e)
			}
		}
		for _, e := range old {
			_ = s.settle(e, markDropped+markKind(TooOld))
		}
		if len(old) > 0 {
			_ = s.syncMarks(seg)
		}
		switch {
		case seg.queue.live > 0:
		case seg.file != nil:
			s.rotate(seg)
		case slices.Contains(s.segments, seg): // and not gone with its last batch
			s.fold(seg)
		}
	}
}

// syncDue syncs where the interval has passed.
func (s *Spool) syncDue(now time.Time) error {
	if since := now.Sub(s.lastSync); since >= 0 && since < s.o.SyncInterval {
		return nil
	}
	return s.syncAll(now)
}
