package spoolctl

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

const (
	// newSuffix is that of the directory in which a socket is made.
	newSuffix = ".new"
	newName   = "s"
)

// address is a socket that was made, as the file that it is.
type address struct {
	path string
	info fs.FileInfo
}

// listen makes a socket that only this user can connect to. It replaces another socket, but nothing
// else.
func listen(path string) (*net.UnixListener, address, error) {
	l, info, err := place(path)
	if err != nil {
		return nil, address{}, fmt.Errorf("make socket %q: %w", path, err)
	}
	return l, address{path, info}, nil
}

// place binds the socket in a directory that nobody else can enter, and moves it when it has its mode.
func place(path string) (*net.UnixListener, fs.FileInfo, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() != fs.ModeSocket {
		return nil, nil, errors.New("something else is there: move it away")
	}
	dir := path + newSuffix
	inner := filepath.Join(dir, newName)
	if err := clean(dir, inner); err != nil {
		return nil, nil, fmt.Errorf("%w: move away what is there", err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, nil, err
	}
	l, info, err := bind(inner)
	if err == nil {
		if err = os.Rename(inner, path); err != nil {
			err = errors.Join(err, l.Close())
		}
	}
	if err = errors.Join(err, clean(dir, inner)); err != nil {
		return nil, nil, err
	}
	return l, info, nil
}

// clean removes what a process left that died while it made a socket.
func clean(dir, inner string) error {
	for _, path := range []string{inner, dir} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func bind(path string) (*net.UnixListener, fs.FileInfo, error) {
	short, release, err := shorten(path)
	if err != nil {
		return nil, nil, err
	}
	defer release()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"})
	if err != nil {
		return nil, nil, err
	}
	l.SetUnlinkOnClose(false) // its name is another one soon
	err = os.Chmod(path, 0o600)
	if err == nil {
		var info fs.FileInfo
		if info, err = os.Lstat(path); err == nil {
			return l, info, nil
		}
	}
	return nil, nil, errors.Join(err, l.Close())
}

// remove removes the socket, unless another one is in its place.
func (a address) remove() error {
	info, err := os.Lstat(a.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(info, a.info) {
		return nil
	}
	return errors.Join(err, os.Remove(a.path))
}
