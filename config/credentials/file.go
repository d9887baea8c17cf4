package credentials

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// readFile reads a credentials file and returns what it was at that moment. It must be a regular file
// that is the user's own, the further owner's or root's, and that others can't read.
func readFile(path string, owner int) ([]byte, fs.FileInfo, error) {
	// Without O_NONBLOCK, opening a FIFO waits for a writer.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("open credentials file: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("open credentials file: %w", err)
	}
	if err := checkFile(path, info, os.Geteuid(), owner); err != nil {
		return nil, info, err
	}
	text, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, info, fmt.Errorf("read credentials file: %w", err)
	}
	return text, info, nil
}

// ErrExposed is that of a credentials file whose mode or owner lets others read or write it.
var ErrExposed = errors.New("want a file of mode 0600 that belongs to the user who runs sagflow, or to root")

func checkFile(path string, info fs.FileInfo, user, owner int) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("credentials file %q is not a regular file", path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("credentials file %q has mode %04o: %w: chmod 600 %s", path, mode, ErrExposed, path)
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != 0 && int64(stat.Uid) != int64(user) && int64(stat.Uid) != int64(owner) {
		return fmt.Errorf("credentials file %q belongs to user %d and not to %d: %w", path, stat.Uid, user, ErrExposed)
	}
	return nil
}

// sameFile says that two looks at a path saw the same content, as far as a look can tell.
func sameFile(a, b fs.FileInfo) bool {
	return a != nil && b != nil && os.SameFile(a, b) && a.Size() == b.Size() && a.Mode() == b.Mode() && a.ModTime().Equal(b.ModTime())
}
