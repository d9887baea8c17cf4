//go:build !linux

package spoolctl

import (
	"fmt"
	"net"
)

// maxSocketPath is what fits sockaddr_un of the BSDs, with a zero behind it.
const maxSocketPath = 103

func shorten(path string) (name string, release func(), err error) {
	if len(path) > maxSocketPath {
		return "", nil, fmt.Errorf("the path has %d octets, and the system takes at most %d: use a state directory with a shorter path",
			len(path), maxSocketPath)
	}
	return path, func() {}, nil
}

// peerUID knows nothing: that only this user can connect is up to the socket's mode.
func peerUID(*net.UnixConn) (uid uint32, known bool, err error) { return 0, false, nil }
