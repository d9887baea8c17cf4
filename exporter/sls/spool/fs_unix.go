//go:build unix

package spool

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// osFS is the system's.
type osFS struct {
	// readOnly opens files for reading, and shares the lock with others that only read.
	readOnly bool
}

func (disk osFS) MkdirAll(dir string) error {
	parents := parentsOfMissing(dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, parent := range parents {
		if err := disk.SyncDir(parent); err != nil {
			return err
		}
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return err
	}
	return os.Chmod(dir, 0o700)
}

// parentsOfMissing lists the directories that get a new entry when one is made with its parents.
func parentsOfMissing(dir string) (parents []string) {
	for {
		if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
			return parents
		}
		parent := filepath.Dir(dir)
		if parents = append(parents, parent); parent == dir {
			return parents
		}
		dir = parent
	}
}

func (osFS) ReadDir(dir string) ([]string, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	names, err := f.Readdirnames(-1)
	return names, errors.Join(err, f.Close())
}

// Create gives a file that root makes to the owner of the directory: the agent, which may be another
// user, must be able to read it.
func (osFS) Create(name string) (File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err := giveAway(f); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(name))
	}
	return osFile{f}, nil
}

func giveAway(f *os.File) error {
	var dir, file unix.Stat_t
	if os.Geteuid() != 0 {
		return nil
	}
	if err := unix.Stat(filepath.Dir(f.Name()), &dir); err != nil {
		return err
	}
	if err := unix.Fstat(int(f.Fd()), &file); err != nil || file.Uid == dir.Uid {
		return err
	}
	return f.Chown(int(dir.Uid), int(dir.Gid))
}

func (disk osFS) Open(name string) (File, error) {
	flag := os.O_RDWR
	if disk.readOnly {
		flag = os.O_RDONLY
	}
	f, err := os.OpenFile(name, flag, 0)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (osFS) Rename(from, to string) error { return os.Rename(from, to) }

func (osFS) Remove(name string) error { return os.Remove(name) }

func (osFS) SyncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (osFS) Free(dir string) (free, total uint64, err error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, 0, fmt.Errorf("ask for free space of %q: %w", dir, err)
	}
	return st.Bavail * uint64(st.Bsize), st.Blocks * uint64(st.Bsize), nil
}

// Lock uses flock(2): the system ends it with the process, however that ends.
func (disk osFS) Lock(name string) (io.Closer, error) {
	f, err := disk.openLock(name)
	if err != nil || f == nil {
		return io.NopCloser(nil), err
	}
	how := unix.LOCK_EX
	if disk.readOnly {
		how = unix.LOCK_SH
	}
	err = unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		owner := make([]byte, 16)
		n, _ := f.ReadAt(owner, 0)
		locked := &LockedError{Path: name, Owner: strings.TrimSpace(string(owner[:n]))}
		return nil, errors.Join(locked, f.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("lock %q: %w", name, errors.Join(err, f.Close()))
	}
	writeOwner(osFile{f})
	return f, nil
}

// openLock opens the lock's file, and makes it where it is not there. Where that can't be done and
// nothing is to be written, it returns what there is: nil for no file, and then nobody has the lock.
func (disk osFS) openLock(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		if err = giveAway(f); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		return f, nil
	}
	if !disk.readOnly || !errors.Is(err, unix.EROFS) {
		return nil, err
	}
	if f, err = os.Open(name); errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no file, and none can be made
	}
	return f, err
}

// writeOwner says in the lock who has it: that is for people, so that a full disk is no error. A wrong
// process would be worse than none.
func writeOwner(f File) {
	text := []byte(strconv.Itoa(os.Getpid()) + "\n")
	if writeAll(f, text, 0) != nil {
		text = nil
	}
	_ = f.Truncate(int64(len(text)))
}

type osFile struct{ *os.File }

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Sync leaves out the times, which nobody reads.
func (f osFile) Sync() error { return datasync(f.File) }
