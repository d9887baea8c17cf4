package spool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
)

// maxActive bounds the files that are open for appending, one a destination.
const maxActive = 8

// Spool is an open spool. Its methods may be called by any number of goroutines.
type Spool struct {
	o    Options
	lock io.Closer

	mu         sync.Mutex
	closed     bool
	segments   []*segment // by number
	active     map[Destination]*segment
	lanes      map[Destination]*lane
	entries    map[ID]*entry // queued
	aside      map[ID]*entry
	kept       []keptFile
	totals     totals
	totalsFile *totalsFile
	// stuck are the names of files that the disk refused to remove.
	stuck []string
	// removals says that files were removed without SyncDir, dirDirty that segments were made so.
	removals, dirDirty bool
	nextID             ID
	nextSegment        uint64
	bytes              int64
	stats              Stats
	damages            []Damage
	compressor         *zstd.Encoder
	buffer, compressed []byte
	lastSync           time.Time
	lastExpiry         time.Time
	lastFullLog        time.Time
}

// Open locks the directory and reads what is in it. It fails with a *LockedError where another
// process has it, with a *VersionError where it has another format, and otherwise where the disk
// doesn't let it: damage is no error, but see Damages.
func Open(o Options) (*Spool, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	s := &Spool{
		o:      o,
		active: make(map[Destination]*segment), lanes: make(map[Destination]*lane),
		entries: make(map[ID]*entry), aside: make(map[ID]*entry),
		nextID: 1, nextSegment: 1, lastSync: o.Now(),
	}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("open spool %q: %w", o.Dir, errors.Join(advise(err), s.release()))
	}
	return s, nil
}

func (s *Spool) open() (err error) {
	if err = s.o.FS.MkdirAll(s.o.Dir); err != nil {
		return err
	}
	if s.lock, err = s.o.FS.Lock(filepath.Join(s.o.Dir, "lock")); err != nil {
		return err
	}
	return s.recover()
}

// Run does what time asks for until the context ends: it syncs, and drops what is too old. It
// always returns nil; errors of the disk are logged and counted.
func (s *Spool) Run(ctx context.Context) error {
	every := s.o.SyncInterval
	if every <= 0 || every > time.Second {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			_ = s.Maintain()
		}
	}
}

// Maintain does once what Run does again and again.
func (s *Spool) Maintain() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writeable(); err != nil {
		return err
	}
	now := s.o.Now()
	s.expire(now)
	return s.syncDue(now)
}

// writeable says why nothing may be changed.
func (s *Spool) writeable() error {
	switch {
	case s.closed:
		return ErrClosed
	case s.o.ReadOnly:
		return ErrReadOnly
	}
	return nil
}

// Sync makes all that was accepted survive a power cut.
func (s *Spool) Sync() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	return s.syncAll(s.o.Now())
}

// Close syncs, removes what is delivered, and gives the lock back. A second call does nothing.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	err := s.syncAll(s.o.Now())
	for _, seg := range s.active {
		s.rotate(seg)
	}
	err = errors.Join(err, s.release())
	if err != nil {
		return fmt.Errorf("close spool %q: %w", s.o.Dir, err)
	}
	return nil
}

// release closes the files that are always open.
func (s *Spool) release() (err error) {
	if s.totalsFile != nil {
		err = s.totalsFile.file.Close()
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	return err
}
