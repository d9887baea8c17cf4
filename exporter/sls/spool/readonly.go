package spool

import (
	"errors"
	"io"
	"io/fs"
)

// readOnlyFS is a disk to which nothing is written: whatever would change it does nothing and
// succeeds. So what Open mends is mended in the index alone.
type readOnlyFS struct{ FS }

// MkdirAll makes nothing: it is an error where the directory is not there.
func (r readOnlyFS) MkdirAll(dir string) error {
	_, err := r.ReadDir(dir)
	return err
}

func (r readOnlyFS) Create(string) (File, error) { return noFile{}, nil }

func (r readOnlyFS) Open(name string) (File, error) {
	f, err := r.FS.Open(name)
	if err != nil {
		return nil, err
	}
	return unwritten{f}, nil
}

func (readOnlyFS) Rename(string, string) error { return nil }

func (readOnlyFS) Remove(string) error { return nil }

func (readOnlyFS) SyncDir(string) error { return nil }

// unwritten is a file that takes everything and keeps nothing of it.
type unwritten struct{ File }

func (unwritten) WriteAt(b []byte, _ int64) (int, error) { return len(b), nil }

func (unwritten) Truncate(int64) error { return nil }

func (unwritten) Sync() error { return nil }

// noFile is one that was not made.
type noFile struct{}

func (noFile) ReadAt([]byte, int64) (int, error) { return 0, io.EOF }

func (noFile) WriteAt(b []byte, _ int64) (int, error) { return len(b), nil }

func (noFile) Size() (int64, error) { return 0, nil }

func (noFile) Truncate(int64) error { return nil }

func (noFile) Sync() error { return nil }

func (noFile) Close() error { return nil }

// Exists says whether a directory holds a spool: its file totals, a segment, or a batch that is set
// aside. It is no error where there is no such directory.
func Exists(dir string) (bool, error) {
	names, err := osFS{}.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	for _, name := range names {
		_, segment := numbered(name, segmentSuffix)
		_, aside := numbered(name, asideSuffix)
		if name == totalsName || segment || aside {
			return true, nil
		}
	}
	return false, err
}
