package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
)

const (
	// maxSize is the largest file that is opened, in bytes.
	maxSize = 1 << 30
	// pageSize is that of new files: the same on all machines.
	pageSize = 4096
	// lockWait bounds bbolt's wait for its lock, which is ours already.
	lockWait = time.Second
)

// open locks and checks the file and gives it to bbolt if it is sound.
func open(path string) (*bbolt.DB, *contents, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, nil, err
	}
	c, err := check(f)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	db, err := guarded(func() (*bbolt.DB, error) {
		return bbolt.Open(path, 0o600, boltOptions(func(string, int, os.FileMode) (*os.File, error) { return f, nil }))
	})
	if err != nil {
		_ = f.Close() // bbolt may have closed it
		return nil, nil, fmt.Errorf("%w: bbolt: %w", ErrDamaged, err)
	}
	return db, c, nil
}

func boltOptions(openFile func(string, int, os.FileMode) (*os.File, error)) *bbolt.Options {
	return &bbolt.Options{Timeout: lockWait, PageSize: pageSize, NoStatistics: true, OpenFile: openFile}
}

// openRegular opens a file that is not a pipe or a device: opening one of these may wait for ever.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: it is not a regular file", ErrForeign)
	}
	return os.OpenFile(path, os.O_RDWR, 0)
}

// check locks the file and reads all of it.
func check(f *os.File) (*contents, error) {
	if err := lock(f); err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 {
		return nil, fmt.Errorf("%w: it is empty; remove it to begin a new one", ErrForeign)
	}
	if info.Size() > maxSize {
		return nil, fmt.Errorf("%w: it has %d bytes, and a store at most %d", ErrForeign, info.Size(), maxSize)
	}
	c := newContents()
	notBolt, err := scan(f, info.Size(), c.add)
	switch {
	case notBolt:
		return nil, fmt.Errorf("%w: %w", ErrForeign, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return c, c.check()
}

// guarded turns a panic, and a fault of the mapping, into an error.
func guarded[T any](do func() (T, error)) (result T, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return do()
}

// create makes an empty store under another name, and links it into place whole.
func create(path string) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(temp.Name())) }()
	if err := temp.Close(); err != nil {
		return err
	}
	if err := fill(temp.Name()); err != nil {
		return err
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDirectory(filepath.Dir(path))
}

// fill writes the empty layout.
func fill(path string) error {
	db, err := bbolt.Open(path, 0o600, boltOptions(nil))
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range []string{bucketMeta, bucketFlowLogs, bucketBindings} {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		return write(tx, []change{
			{bucketMeta, keyFormat, []byte(formatName)},
			{bucketMeta, keyVersion, []byte(formatVersion)},
			{bucketMeta, keyDigest, seal(digest{}, 0)},
		})
	})
	return errors.Join(err, db.Close())
}

// syncDirectory makes a new name in a directory durable.
func syncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// write carries out the changes.
func write(tx *bbolt.Tx, changes []change) error {
	for _, c := range changes {
		b := tx.Bucket([]byte(c.bucket))
		if b == nil {
			return fmt.Errorf("write %q: bucket %q is not there", c.key, c.bucket)
		}
		var err error
		if c.value == nil {
			err = b.Delete([]byte(c.key))
		} else {
			err = b.Put([]byte(c.key), c.value)
		}
		if err != nil {
			return fmt.Errorf("write %q: %w", c.key, err)
		}
	}
	return nil
}
