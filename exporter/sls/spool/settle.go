package spool

import (
	"errors"
	"fmt"
	"io/fs"
)

// Done marks a queued batch as delivered. The mark survives kill -9; a power cut may undo it, and
// then the batch is sent again. An error other than ErrUnknown means that the mark could not be
// written: the batch counts as delivered and is given out no more, but may be there again after a
// restart.
func (s *Spool) Done(id ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.queued(id)
	if err != nil {
		return err
	}
	if err := s.settle(e, markDone); err != nil {
		return fmt.Errorf("mark batch %d as delivered: %w", id, advise(err))
	}
	return nil
}

// Drop drops a queued or set-aside batch for the reason Operator.
func (s *Spool) Drop(id ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writeable(); err != nil {
		return err
	}
	if e := s.aside[id]; e != nil {
		if err := s.dropAside(e, Operator); err != nil {
			return fmt.Errorf("drop batch %d: %w", id, advise(err))
		}
		return nil
	}
	e, err := s.queued(id)
	if err != nil {
		return err
	}
	if err := s.drop(e, Operator); err != nil {
		return fmt.Errorf("mark batch %d as dropped: %w", id, advise(err))
	}
	return nil
}

func (s *Spool) queued(id ID) (*entry, error) {
	if err := s.writeable(); err != nil {
		return nil, err
	}
	e := s.entries[id]
	if e == nil {
		return nil, fmt.Errorf("batch %d: %w", id, ErrUnknown)
	}
	return e, nil
}

// drop settles a queued entry, and makes that last.
func (s *Spool) drop(e *entry, r Reason) error {
	seg := e.seg
	err := s.settle(e, markDropped+markKind(r))
	return errors.Join(err, s.syncMarks(seg))
}

// settle gives a queued entry its fate, whether or not that can be written down.
func (s *Spool) settle(e *entry, k markKind) error {
	seg := e.seg
	err := s.mark(seg, mark{k, e.disk, e.sum})
	s.forget(e)
	seg.settled.add(k, e.count())
	s.stats.add(k, e.count())
	if seg.queue.live == 0 && seg.file == nil {
		s.fold(seg)
	}
	return err
}

// mark appends to a segment's marks. A mark that was written in part is written over by the next.
func (s *Spool) mark(seg *segment, m mark) (err error) {
	defer func() { s.note("mark a batch", err) }()
	path := s.path(seg.number, marksSuffix)
	f, err := s.o.FS.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		f, err = s.o.FS.Create(path)
	}
	if err != nil {
		return err
	}
	at := seg.marks - seg.marks%markSize
	if err := writeAll(f, m.append(nil), at); err != nil {
		return errors.Join(err, f.Close())
	}
	s.bytes += at + markSize - seg.marks
	seg.marks = at + markSize
	return f.Close()
}

// syncMarks makes a segment's marks survive a power cut, where it has any.
func (s *Spool) syncMarks(seg *segment) error {
	if seg.marks == 0 || seg.queue.live == 0 && seg.file == nil {
		return nil
	}
	err := s.withFile(s.path(seg.number, marksSuffix), func(f File, _ int64) error { return f.Sync() })
	if err == nil {
		err = s.o.FS.SyncDir(s.o.Dir)
	}
	s.note("sync marks", err)
	return err
}

// note counts and logs an error by which nothing is lost.
func (s *Spool) note(what string, err error) {
	if err == nil {
		return
	}
	if s.stats.DiskErrors++; s.stats.DiskErrors&(s.stats.DiskErrors-1) == 0 {
		s.o.Logger.Warn("the spool's disk refused to "+what, "dir", s.o.Dir, "error", advise(err), "so-far", s.stats.DiskErrors)
	}
}
