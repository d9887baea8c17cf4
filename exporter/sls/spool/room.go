package spool

import (
	"fmt"
	"time"
)

// makeRoom drops the oldest until so many octets more are within the bounds. It drops nothing where
// that can't be reached.
func (s *Spool) makeRoom(need int64, now time.Time) error {
	if need+segmentHeader+2*slotSize > s.o.MaxBytes {
		return fmt.Errorf("a batch of %d octets in a spool of %d: %w", need, s.o.MaxBytes, ErrFull)
	}
	need += segmentHeader
	goal := max(s.bytes+need-s.o.MaxBytes, 0)
	low, err := s.diskIsLow(need)
	if err != nil {
		return err
	}
	if low != nil {
		// The spool may not grow. That it shrinks would not help: others may have filled the disk.
		if goal = max(goal, need); goal > s.bytes-2*slotSize {
			return low
		}
	}
	for bound := s.bytes - goal; s.bytes > bound; {
		if err := s.dropOldest(now, false); err != nil {
			return err
		}
	}
	for len(s.entries)+len(s.aside) >= s.o.MaxBatches {
		if err := s.dropOldest(now, true); err != nil {
			return err
		}
	}
	return nil
}

// diskIsLow returns an error that says so where less than MinFree would stay free.
func (s *Spool) diskIsLow(need int64) (low, err error) {
	if s.o.MinFree < 0 {
		return nil, nil
	}
	free, total, err := s.o.FS.Free(s.o.Dir)
	if err != nil || float64(free)-float64(need) >= s.o.MinFree*float64(total) {
		return nil, err
	}
	return fmt.Errorf("%d of %d octets free on the disk, and %.0f %% must stay free: %w", free, total, 100*s.o.MinFree, ErrFull), nil
}

// dropOldest frees what is worth least: damaged files without batches, segments in which nothing
// waits, and then the oldest segment or set-aside batch; with batches, only these.
func (s *Spool) dropOldest(now time.Time, batches bool) error {
	if len(s.kept) > 0 && !batches {
		s.removeKept()
		return nil
	}
	victim, first := s.oldestSegment(batches)
	if e := s.oldestAside(); e != nil && (victim == nil || e.id < first) {
		s.sayFull(e.count(), now)
		return s.dropAside(e, Full)
	}
	if victim == nil {
		return fmt.Errorf("%d octets and %d batches: %w", s.bytes, len(s.entries)+len(s.aside), ErrFull)
	}
	return s.dropSegment(victim, now)
}

// oldestSegment returns the segment with the lowest waiting ID; that is 0 where nothing waits, unless
// batches are wanted.
func (s *Spool) oldestSegment(batches bool) (oldest *segment, first ID) {
	for _, seg := range s.segments {
		id := ID(0)
		if e := seg.queue.first(); e != nil {
			id = e.id
		} else if batches {
			continue
		}
		if oldest == nil || id < first {
			oldest, first = seg, id
		}
	}
	return oldest, first
}

func (s *Spool) oldestAside() (oldest *entry) {
	for _, e := range s.aside {
		if oldest == nil || e.id < oldest.id {
			oldest = e
		}
	}
	return oldest
}

// dropSegment drops what waits in a segment. No marks are needed: the totals count all at once.
func (s *Spool) dropSegment(seg *segment, now time.Time) error {
	if seg.file != nil {
		if s.rotate(seg); seg.queue.live == 0 {
			return nil // and it is gone
		}
	}
	var dropped Count
	for _, e := range seg.queue.list {
		if !e.gone {
			dropped = dropped.Plus(e.count())
		}
	}
	f := seg.settled
	f.Dropped.add(Full, dropped)
	if err := s.carryDropped(f, s.nameOf(seg)); err != nil {
		return err
	}
	s.sayFull(dropped, now)
	for e := seg.queue.first(); e != nil; e = seg.queue.first() {
		s.forget(e)
	}
	s.stats.Dropped.add(Full, dropped)
	s.discard(seg)
	return nil
}

// sayFull logs drops, at most once a minute.
func (s *Spool) sayFull(dropped Count, now time.Time) {
	if !s.lastFullLog.IsZero() && now.Sub(s.lastFullLog) < time.Minute {
		return
	}
	s.lastFullLog = now
	s.o.Logger.Error("the spool is full and drops its oldest batches: see to it that Log Service takes batches again, or raise the spool's size",
		"dir", s.o.Dir, "octets", s.bytes, "batches", dropped.Batches, "records", dropped.Records, "records-so-far", s.stats.Dropped.Full.Records+dropped.Records)
}

// expire drops what is too old, looking at most once a minute.
func (s *Spool) expire(now time.Time) {
	if !s.lastExpiry.IsZero() && now.Sub(s.lastExpiry) < min(time.Minute, s.o.MaxAge/16) && now.After(s.lastExpiry) {
		return
	}
	s.lastExpiry = now
	before := s.stats.Dropped.TooOld
	s.expireQueued(now)
	for _, e := range s.aside {
		if now.Sub(e.created) > s.o.AsideMaxAge {
			s.note("write totals", s.dropAside(e, TooOld))
		}
	}
	if n := s.stats.Dropped.TooOld.Minus(before); n.Batches > 0 {
		s.o.Logger.Error("batches were in the spool for too long and are dropped", "dir", s.o.Dir,
			"max-age", s.o.MaxAge, "batches", n.Batches, "records", n.Records)
	}
}
