package spool

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"path/filepath"
	"syscall"
	"time"
)

// A batch counts as damaged when the disk has failed to read it (EIO) so often and for so long: a bad
// sector stays bad, but a disk that was pulled comes back.
const (
	minReadErrors  = 5
	minReadTrouble = 5 * time.Minute
)

// Read returns a batch with its payload, queued or set aside. ErrDamaged means that it was damaged
// since Open: it is dropped and counted (but where the spool is ReadOnly), and the caller goes on to
// the next. Any other error but ErrUnknown may pass.
func (s *Spool) Read(id ID) (Item, error) { return s.readWith(id, s.readItem) }

// Describe is Read without the payload, of which it looks at no octet: whether that is good, only
// Read finds out.
func (s *Spool) Describe(id ID) (Item, error) { return s.readWith(id, s.readHead) }

// reader reads an entry of a file.
type reader func(path string, at int64, size int, disk ID) (Item, error)

// readWith reads a batch, wherever it is moved meanwhile.
func (s *Spool) readWith(id ID, read reader) (Item, error) {
	for {
		item, moved, err := s.tryRead(id, read)
		if !moved {
			return item, err
		}
	}
}

// tryRead reads a batch without holding the lock, so that no other call waits for the disk; moved says
// that it came to be in another file meanwhile.
func (s *Spool) tryRead(id ID, read reader) (item Item, moved bool, err error) {
	s.mu.Lock()
	e := s.find(id)
	if e == nil {
		closed := s.closed
		s.mu.Unlock()
		if closed {
			return Item{}, false, ErrClosed
		}
		return Item{}, false, fmt.Errorf("batch %d: %w", id, ErrUnknown)
	}
	path, at, size, disk := s.pathOf(e), e.at, e.size, e.disk
	s.mu.Unlock()
	item, err = read(path, at, size, disk)
	item.ID = id
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.find(id) != e {
			return Item{}, true, nil
		}
		err = s.tried(e, err)
	}
	return item, false, err
}

// tried is called with the error of reading an entry, and drops it where it is damaged.
func (s *Spool) tried(e *entry, err error) error {
	if errors.Is(err, syscall.EIO) {
		now := s.o.Now()
		if e.failures++; e.failures == 1 {
			e.failed = now
		}
		if e.failures >= minReadErrors && now.Sub(e.failed) >= minReadTrouble {
			err = fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	if errors.Is(err, ErrDamaged) && !s.o.ReadOnly {
		s.spoil(e)
	}
	return err
}

func (s *Spool) find(id ID) *entry {
	if s.closed {
		return nil
	}
	if e := s.entries[id]; e != nil {
		return e
	}
	return s.aside[id]
}

func (s *Spool) pathOf(e *entry) string {
	if e.seg == nil {
		return s.path(uint64(e.id), asideSuffix)
	}
	return s.path(e.seg.number, segmentSuffix)
}

// readItem reads an entry and checks it.
func (s *Spool) readItem(path string, at int64, size int, disk ID) (Item, error) {
	b, err := s.readAt(path, at, size)
	if err != nil {
		return Item{}, fmt.Errorf("read batch %d of %q: %w", disk, path, err)
	}
	fr, h, err := readHeader(b)
	if err != nil || fr.size() != size || h.id != disk || crc32.Checksum(b[frameSize+fr.header:], castagnoli) != fr.payloadSum {
		return Item{}, fmt.Errorf("read batch %d of %q: %w", disk, path, ErrDamaged)
	}
	h.batch.Payload = b[frameSize+fr.header:]
	item := h.item()
	item.Size = size
	return item, nil
}

// usualHead is more than frame and header of nearly all entries need.
const usualHead = 1 << 10

// readHead reads the frame and the header of an entry, which have a sum of their own.
func (s *Spool) readHead(path string, at int64, size int, disk ID) (Item, error) {
	for _, n := range []int{usualHead, frameSize + maxHeader} {
		b, err := s.readAt(path, at, min(n, size))
		if err != nil {
			return Item{}, fmt.Errorf("read batch %d of %q: %w", disk, path, err)
		}
		if fr, h, err := readHeader(b); err == nil && fr.size() == size && h.id == disk {
			item := h.item()
			item.Size = size
			return item, nil
		}
	}
	return Item{}, fmt.Errorf("read batch %d of %q: %w", disk, path, ErrDamaged)
}

// readAt reads octets that must be there.
func (s *Spool) readAt(path string, at int64, n int) ([]byte, error) {
	b := make([]byte, n)
	f, err := s.o.FS.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return nil, err
	}
	_, err = f.ReadAt(b, at)
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return b, errors.Join(err, f.Close())
}

// spoil drops an entry that turned out to be damaged.
func (s *Spool) spoil(e *entry) {
	s.report(Damage{File: filepath.Base(s.pathOf(e)), Offset: e.at, Octets: int64(e.size)})
	if e.seg == nil {
		s.note("write totals", s.dropAside(e, Damaged))
		return
	}
	e.seg.damaged = true
	_ = s.drop(e, Damaged)
}
