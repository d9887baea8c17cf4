package spool

import (
	"errors"
	"fmt"
	"path/filepath"
)

// SetAside moves a queued batch to a file of its own, with the reason, of which the first 4,096
// octets are kept. After an error it is still queued.
func (s *Spool) SetAside(id ID, reason string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.queued(id)
	if err != nil {
		return err
	}
	item, err := s.readLocked(e)
	if err == nil {
		h := header{id: id, batch: item.Batch, reason: reason[:min(len(reason), maxReason)], asideAt: s.o.Now()}
		h.batch.Payload = nil
		s.buffer = appendEntry(s.buffer[:0], &h, item.Payload)
		err = s.writeAside(id)
	}
	if err != nil {
		return fmt.Errorf("set batch %d aside: %w", id, advise(err))
	}
	moved := &entry{id: id, disk: id, lane: e.lane, size: len(s.buffer), sum: e.sum, created: e.created}
	// The mark lasts from here on: without it, the batch would be there twice once it is released.
	_ = s.settle(e, markMoved)
	_ = s.syncMarks(e.seg)
	s.aside[id] = moved
	s.stats.Aside = s.stats.Aside.Plus(moved.count())
	s.bytes += int64(moved.size)
	return nil
}

// writeAside writes the buffer to a file that is there whole or not at all.
func (s *Spool) writeAside(id ID) error {
	temp := s.path(uint64(id), tempSuffix)
	f, err := s.o.FS.Create(temp)
	if err != nil {
		return err
	}
	if err = writeAll(f, s.buffer, 0); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = s.o.FS.Rename(temp, s.path(uint64(id), asideSuffix))
	}
	if err != nil {
		s.note("remove a temporary file", s.o.FS.Remove(temp))
		return err
	}
	return s.o.FS.SyncDir(s.o.Dir)
}

// Release queues a batch again that was set aside, behind all others and under the new ID that it
// returns. Its age starts anew. After an error it is still set aside.
func (s *Spool) Release(id ID) (ID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writeable(); err != nil {
		return 0, err
	}
	e := s.aside[id]
	if e == nil {
		return 0, fmt.Errorf("batch %d is not set aside: %w", id, ErrUnknown)
	}
	again, err := s.requeue(e)
	if err != nil {
		return 0, fmt.Errorf("queue batch %d again: %w", id, advise(err))
	}
	return again, nil
}

// readLocked is Read for who holds the lock.
func (s *Spool) readLocked(e *entry) (Item, error) {
	item, err := s.readItem(s.pathOf(e), e.at, e.size, e.disk)
	if err != nil {
		err = s.tried(e, err)
	}
	return item, err
}

func (s *Spool) requeue(e *entry) (ID, error) {
	item, err := s.readLocked(e)
	if err != nil {
		return 0, err
	}
	now := s.o.Now()
	item.Created = now
	// Out of the index meanwhile, it can't be the one that is dropped to make room.
	s.forget(e)
	again, err := s.append(&item.Batch, e.id, now)
	if err == nil {
		if err = s.syncAll(now); err == nil {
			s.removeAside(e)
			return again, nil
		}
		_ = s.settle(s.entries[again], markMoved)
	}
	e.gone = false
	s.aside[e.id] = e
	s.stats.Aside = s.stats.Aside.Plus(e.count())
	return 0, err
}

// removeAside removes a file, and makes that last.
func (s *Spool) removeAside(e *entry) {
	s.bytes -= int64(e.size)
	s.unlink(filepath.Base(s.pathOf(e)))
	s.note("sync the directory", s.o.FS.SyncDir(s.o.Dir))
}

// dropAside drops a set-aside batch. After an error it is still there.
func (s *Spool) dropAside(e *entry, r Reason) error {
	k := markDropped + markKind(r)
	var f Fates
	f.add(k, e.count())
	if err := s.carryDropped(f, filepath.Base(s.pathOf(e))); err != nil {
		return err
	}
	s.forget(e)
	s.stats.add(k, e.count())
	s.removeAside(e)
	return nil
}
