package spoolctl

import (
	"fmt"
	"net"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// maxSocketPath is what fits sockaddr_un (unix(7)), with a zero behind it.
const maxSocketPath = 107

// shorten returns a name for a socket that fits an address: a long one goes by way of its directory's
// descriptor, which is open until release is called.
func shorten(path string) (name string, release func(), err error) {
	if len(path) <= maxSocketPath {
		return path, func() {}, nil
	}
	dir, err := os.OpenFile(filepath.Dir(path), unix.O_PATH|unix.O_DIRECTORY, 0)
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), filepath.Base(path)), func() { _ = dir.Close() }, nil
}

// peerUID asks who has connected.
func peerUID(c *net.UnixConn) (uid uint32, known bool, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, false, err
	}
	var peer *unix.Ucred
	controlErr := raw.Control(func(fd uintptr) {
		peer, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if controlErr != nil {
		return 0, false, controlErr
	}
	if err != nil {
		return 0, false, os.NewSyscallError("getsockopt", err)
	}
	return peer.Uid, true, nil
}
