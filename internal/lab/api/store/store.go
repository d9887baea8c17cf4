package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"
)

// Store is an open store. Any goroutine may use it.
type Store struct {
	path  string
	state atomic.Pointer[State]

	// mu serialises updates and guards what is below.
	mu     sync.Mutex
	db     *bbolt.DB
	digest digest
	// failed is set by an update whose outcome is unknown.
	failed bool
}

// Open opens the store at path, and makes an empty one (mode 0600) if there is none. The folder must be there.
// A file that is damaged, foreign, of another version or in use is left as it is, and the error wraps
// ErrDamaged, ErrForeign, ErrVersion or ErrLocked.
func Open(path string) (*Store, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if err := create(path); err != nil {
			return nil, fmt.Errorf("create store %q: %w", path, err)
		}
	}
	db, c, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("open store %q: %w%s", path, err, remedy(err))
	}
	s := &Store{path: path, db: db, digest: c.digest}
	s.state.Store(c.state)
	return s, nil
}

// remedy says what the user can do.
func remedy(err error) string {
	switch {
	case errors.Is(err, ErrDamaged):
		return " (nothing was changed; put it aside and begin a new one, or bring a copy back)"
	case errors.Is(err, ErrForeign), errors.Is(err, ErrVersion):
		return " (nothing was changed; name another file)"
	}
	return ""
}

// State returns what is in force.
func (s *Store) State() *State { return s.state.Load() }

// Update lets change alter the state, and returns once that is on the disk. If change returns an error,
// nothing is altered, and Update returns that error as it is. Updates run one at a time; readers see all of one, or nothing.
func (s *Store) Update(change func(*Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed || s.db == nil {
		return fmt.Errorf("update store %q: %w", s.path, ErrFailed)
	}
	next := s.state.Load().clone()
	tx := &Tx{State: *next, digest: s.digest}
	if err := change(tx); err != nil {
		return err
	}
	if len(tx.changes) == 0 {
		return nil
	}
	if err := s.commit(tx); err != nil {
		s.failed = true
		return fmt.Errorf("update store %q: %w: %w", s.path, ErrFailed, err)
	}
	*next = tx.State
	s.digest = tx.digest
	s.state.Store(next)
	return nil
}

// commit writes what tx collected, and the digest that it leads to.
func (s *Store) commit(tx *Tx) error {
	changes := append(slices.Clip(tx.changes), change{bucketMeta, keyDigest, seal(tx.digest, tx.last)})
	_, err := guarded(func() (struct{}, error) {
		return struct{}{}, s.db.Update(func(b *bbolt.Tx) error { return write(b, changes) })
	})
	return err
}

// Close waits for the update that runs and closes the file. Updates fail afterwards; State still works.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil
	}
	db := s.db
	s.db = nil
	if err := db.Close(); err != nil {
		return fmt.Errorf("close store %q: %w", s.path, err)
	}
	return nil
}
