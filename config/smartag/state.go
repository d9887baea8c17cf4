package smartag

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

const (
	lastGoodFile = "last-good.json"
	// newFile is what is written before it is renamed; one that is left over is of no use.
	newFile = lastGoodFile + ".new"
	// stateLimit is the longest file in bytes that can be ours.
	stateLimit = 64 << 10
)

// prepareDirectory makes the state directory with 0700 and says whether files can be written there.
func prepareDirectory(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make state directory %q: %w", dir, err)
	}
	path := filepath.Join(dir, newFile)
	// As much as a last good FlowLog takes: a full disk has room for an empty file.
	err := writeSynced(path, make([]byte, probeSize))
	if removed := os.Remove(path); err == nil {
		err = removed
	}
	if err != nil {
		return fmt.Errorf("write to state directory %q: %w", dir, err)
	}
	return nil
}

const probeSize = 16 << 10

// replaceFile puts content in the place of the file: whole or not at all, also where the machine stops in between.
func replaceFile(dir, name string, content []byte) error {
	path := filepath.Join(dir, newFile)
	if err := writeSynced(path, content); err != nil {
		return err
	}
	if err := os.Rename(path, filepath.Join(dir, name)); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return syncDirectory(dir)
}

// writeSynced writes a new file of mode 0600. What stood there before goes first: its mode would stay.
func writeSynced(path string, content []byte) (err error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(content); err != nil {
		return err
	}
	return f.Sync()
}

func syncDirectory(dir string) (err error) {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}

// readLimited reads a regular file that is no longer than stateLimit. What is none must not hold it up, as a FIFO
// would that nobody writes to.
func readLimited(path string) (content []byte, err error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(errors.New("it is not a regular file"), err)
	}
	content, err = io.ReadAll(io.LimitReader(f, stateLimit+1))
	if err == nil && len(content) > stateLimit {
		err = fmt.Errorf("it is longer than %d bytes", stateLimit)
	}
	return content, err
}
