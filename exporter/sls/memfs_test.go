package sls

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

var errKilled = errors.New("this process was killed")

// memDisk is a disk that outlives the processes that use it. A write that returned is there for the
// next one, as after kill -9.
type memDisk struct {
	mu     sync.Mutex
	files  map[string][]byte
	locked *memFS
	full   bool          // writes and new files fail
	gate   chan struct{} // syncs wait until it is closed; nil: they do not
	// unreadable is what reading a segment gives; nil: its octets.
	unreadable error
}

func newMemDisk() *memDisk { return &memDisk{files: make(map[string][]byte)} }

func (d *memDisk) setFull(full bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = full
}

func (d *memDisk) setUnreadable(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unreadable = err
}

// memFS is the disk as one process has it. All but d is guarded by d.mu.
type memFS struct {
	d    *memDisk
	dead bool
	// left is how many calls the process lives on for; 0 means that nobody has said. In the last one,
	// dying, a write puts down half.
	left  int
	dying bool
}

// doom lets the process die after so many calls; with 0 it lives on.
func (f *memFS) doom(calls int) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	f.left = calls
}

func (f *memFS) isDead() bool {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	return f.dead
}

// kill ends the process's use of the disk, between two calls.
func (f *memFS) kill() {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	f.die()
}

// die is called with the lock held.
func (f *memFS) die() {
	f.dead = true
	if f.d.locked == f {
		f.d.locked = nil
	}
}

// do runs a call with the lock held, where the process is alive.
func (f *memFS) do(call func() error) error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.dead {
		return errKilled
	}
	if f.left > 0 {
		if f.left--; f.left == 0 {
			f.dying = true
			defer f.die()
		}
	}
	return call()
}

func (f *memFS) MkdirAll(string) error { return f.do(func() error { return nil }) }
func (f *memFS) SyncDir(string) error  { return f.do(func() error { return nil }) }

func (f *memFS) ReadDir(dir string) (names []string, err error) {
	err = f.do(func() error {
		for name := range f.d.files {
			if filepath.Dir(name) == dir {
				names = append(names, filepath.Base(name))
			}
		}
		return nil
	})
	return names, err
}

func (f *memFS) Create(name string) (spool.File, error) {
	err := f.do(func() error {
		if f.d.full {
			return syscall.ENOSPC
		}
		if _, there := f.d.files[name]; there {
			return fs.ErrExist
		}
		f.d.files[name] = []byte{}
		return nil
	})
	return &memFile{f, name}, err
}

func (f *memFS) Open(name string) (spool.File, error) {
	err := f.do(func() error {
		if _, there := f.d.files[name]; !there {
			return fs.ErrNotExist
		}
		return nil
	})
	return &memFile{f, name}, err
}

func (f *memFS) Rename(from, to string) error {
	return f.do(func() error {
		f.d.files[to] = f.d.files[from]
		delete(f.d.files, from)
		return nil
	})
}

func (f *memFS) Remove(name string) error {
	return f.do(func() error {
		delete(f.d.files, name)
		return nil
	})
}

func (f *memFS) Free(string) (free, total uint64, err error) {
	return 1 << 40, 1 << 41, f.do(func() error { return nil })
}

func (f *memFS) Lock(string) (io.Closer, error) {
	return &memLock{f}, f.do(func() error {
		if f.d.locked != nil {
			return &spool.LockedError{Path: "lock", Owner: "another"}
		}
		f.d.locked = f
		return nil
	})
}

type memLock struct{ f *memFS }

func (l *memLock) Close() error {
	return l.f.do(func() error {
		l.f.d.locked = nil
		return nil
	})
}

type memFile struct {
	f    *memFS
	name string
}

func (m *memFile) ReadAt(b []byte, at int64) (n int, err error) {
	err = m.f.do(func() error {
		if m.f.d.unreadable != nil && filepath.Ext(m.name) == ".seg" {
			return m.f.d.unreadable
		}
		content := m.f.d.files[m.name]
		if at < int64(len(content)) {
			n = copy(b, content[at:])
		}
		if n < len(b) {
			return io.EOF
		}
		return nil
	})
	return n, err
}

func (m *memFile) WriteAt(b []byte, at int64) (n int, err error) {
	err = m.f.do(func() error {
		if m.f.d.full {
			return syscall.ENOSPC
		}
		content := m.f.d.files[m.name]
		if m.f.dying {
			b = b[:len(b)/2]
		}
		if end := at + int64(len(b)); end > int64(len(content)) {
			content = append(content, make([]byte, end-int64(len(content)))...)
		}
		n = copy(content[at:], b)
		m.f.d.files[m.name] = content
		return nil
	})
	return n, err
}

func (m *memFile) Size() (size int64, err error) {
	err = m.f.do(func() error {
		size = int64(len(m.f.d.files[m.name]))
		return nil
	})
	return size, err
}

func (m *memFile) Truncate(size int64) error {
	return m.f.do(func() error {
		m.f.d.files[m.name] = m.f.d.files[m.name][:size]
		return nil
	})
}

func (m *memFile) Sync() error {
	m.f.d.mu.Lock()
	gate := m.f.d.gate
	m.f.d.mu.Unlock()
	if gate != nil {
		<-gate
	}
	return m.f.do(func() error { return nil })
}

func (m *memFile) Close() error { return nil }
