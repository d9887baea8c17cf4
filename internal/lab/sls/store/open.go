package store

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
)

// What opening a store may find.
var (
	ErrLocked  = errors.New("another program has the store open")
	ErrVersion = errors.New("the store is of another version")
	ErrForeign = errors.New("the directory is no store of the lab's Log Service")
	ErrClosed  = errors.New("the store is closed")
)

const (
	lockName  = "lock"
	cutSuffix = ".cut"
)

// Store is an open store. Any number of goroutines may use it.
type Store struct {
	dir      string
	log      *slog.Logger
	lock     *os.File
	readOnly bool
	wrap     func(*os.File) file
	damage   []Damage

	ops  chan *op
	quit chan struct{}
	done chan struct{}
	once sync.Once

	// The writer's own.
	segments []*segment
	last     uint64
	turn     int
	broken   error

	mu    sync.RWMutex
	state *state
}

// Open opens the store in a directory, and makes both if they are not there. log may be nil.
func Open(dir string, log *slog.Logger) (*Store, error) {
	return open(dir, log, func(f *os.File) file { return f })
}

func open(dir string, log *slog.Logger, wrap func(*os.File) file) (*Store, error) {
	s := newStore(dir, log, wrap)
	if err := s.start(); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %q: %w", dir, err), s.closeFiles())
	}
	go s.write()
	return s, nil
}

// start takes the lock and reads what is there.
func (s *Store) start() (err error) {
	if err := makeDir(filepath.Clean(s.dir)); err != nil {
		return err
	}
	if _, err := segmentsIn(s.dir); err != nil {
		return err
	}
	if s.lock, err = os.OpenFile(filepath.Join(s.dir, lockName), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	if err := lock(s.lock); err != nil {
		return err
	}
	return s.loadAll()
}

// Read opens a store to read what it holds now, also while another program writes it. It locks and changes nothing;
// what is being written shows as damage of the end.
func Read(dir string) (*Store, error) {
	s := newStore(dir, nil, func(f *os.File) file { return f })
	s.readOnly = true
	close(s.done)
	if err := s.loadAll(); err != nil {
		return nil, errors.Join(fmt.Errorf("read store %q: %w", dir, err), s.closeFiles())
	}
	return s, nil
}

func newStore(dir string, log *slog.Logger, wrap func(*os.File) file) *Store {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Store{
		dir: dir, log: log, wrap: wrap, state: newState(),
		ops: make(chan *op), quit: make(chan struct{}), done: make(chan struct{}),
	}
}

// loadAll reads all segments, or begins the first.
func (s *Store) loadAll() error {
	numbers, err := segmentsIn(s.dir)
	if err != nil {
		return err
	}
	for i, n := range numbers {
		flag := os.O_RDWR
		if s.readOnly {
			flag = os.O_RDONLY
		}
		seg := &segment{number: n, path: filepath.Join(s.dir, segmentName(n))}
		f, err := os.OpenFile(seg.path, flag, 0)
		if err != nil {
			return err
		}
		seg.file = s.wrap(f)
		s.segments = append(s.segments, seg)
		if err := s.load(seg, i == len(numbers)-1); err != nil {
			return err
		}
	}
	switch {
	case len(numbers) > 0:
		return nil
	case s.readOnly:
		return fmt.Errorf("%w: it holds no %s", ErrForeign, segmentName(1))
	}
	seg, err := s.begin(1)
	if err != nil {
		return err
	}
	s.segments = append(s.segments, seg)
	return nil
}

// Damage returns what opening the store found.
func (s *Store) Damage() []Damage { return s.damage }

// Close lets the change that runs end, refuses all later ones, and lets go of the files.
func (s *Store) Close() error {
	s.once.Do(func() { close(s.quit) })
	<-s.done
	return s.closeFiles()
}

func (s *Store) closeFiles() error {
	var errs []error
	for _, seg := range s.segments {
		errs = append(errs, seg.file.Close())
	}
	s.segments = nil
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
		s.lock = nil
	}
	return errors.Join(errs...)
}
