package operation

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Where and how a socket is made.
const (
	newSuffix = ".new" // the directory in which it gets its mode
	newName   = "s"
	// maxSocketPath is what fits sockaddr_un of every system that we build for, with newSuffix, newName and a zero
	// behind it (unix(7): 108 octets on Linux; 104 elsewhere).
	maxSocketPath = 96
	dialTimeout   = time.Second
)

// socket is a unix socket that only this user can connect to, as the file that it is.
type socket struct {
	*net.UnixListener
	path string
	info fs.FileInfo
}

// openSocket makes a socket. It takes the place of one that a dead process of this user left, and of nothing else.
func openSocket(path string) (*socket, error) {
	s := &socket{path: path}
	err := vacant(path)
	if err == nil {
		err = s.place()
	}
	if err != nil {
		return nil, fmt.Errorf("make socket for profiles %q: %w", path, err)
	}
	return s, nil
}

// vacant says why a path can't be taken.
func vacant(path string) error {
	if len(path) > maxSocketPath {
		return fmt.Errorf("the path has %d octets: name one of at most %d", len(path), maxSocketPath)
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return errors.New("something that is no socket is there: name another path")
	}
	if err := ownedBy(info, os.Geteuid()); err != nil {
		return err
	}
	c, err := net.DialTimeout("unix", path, dialTimeout)
	if err == nil {
		_ = c.Close() // nothing was written to it
		return errors.New("another process serves it: end that one, or name another path")
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("whether another process serves it is not known: %w: remove it, or name another path", err)
	}
	return nil
}

// ownedBy says that a file is neither a user's own, nor is the user root.
func ownedBy(info fs.FileInfo, user int) error {
	if s, ok := info.Sys().(*syscall.Stat_t); ok && user != 0 && int(s.Uid) != user {
		return fmt.Errorf("the socket there is user %d's: name another path", s.Uid)
	}
	return nil
}

// place binds the socket in a directory that nobody else can enter, and moves it when it has its mode: at no time
// can another user connect.
func (s *socket) place() error {
	dir := s.path + newSuffix
	inner := filepath.Join(dir, newName)
	if err := clean(inner, dir); err != nil {
		return fmt.Errorf("%w: move away what is there", err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	err := s.bind(inner)
	if err == nil {
		if err = os.Rename(inner, s.path); err != nil {
			err = errors.Join(err, s.Close())
		}
	}
	return errors.Join(err, clean(inner, dir))
}

// clean removes what a process left that died while it made a socket.
func clean(paths ...string) error {
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (s *socket) bind(path string) error {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return err
	}
	l.SetUnlinkOnClose(false) // its name is another one soon
	if err = os.Chmod(path, 0o600); err == nil {
		s.info, err = os.Lstat(path)
	}
	if err != nil {
		return errors.Join(err, l.Close())
	}
	s.UnixListener = l
	return nil
}

// remove removes the socket, unless another file is in its place.
func (s *socket) remove() error {
	info, err := os.Lstat(s.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(info, s.info) {
		return nil
	}
	return errors.Join(err, os.Remove(s.path))
}
