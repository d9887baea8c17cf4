//go:build !linux

package udp

import (
	"net"
	"syscall"
	"time"
)

// hasSegments says that there are no trains.
const hasSegments = false

// socket is the portable form: no path MTU discovery, the configured MTU holds.
type socket struct{ conn *net.UDPConn }

func newSocket(conn *net.UDPConn, _ bool) (*socket, error) { return &socket{conn: conn}, nil }

func (s *socket) send(datagram []byte) error {
	_, err := s.conn.Write(datagram)
	return err
}

func (s *socket) sendBefore(datagram []byte, deadline time.Time) error {
	if err := s.conn.SetWriteDeadline(deadline); err != nil {
		return err
	}
	_, err := s.conn.Write(datagram)
	if reset := s.conn.SetWriteDeadline(time.Time{}); err == nil {
		err = reset
	}
	return err
}

func (s *socket) sendSegments([]byte, int) error { return syscall.ENOTCONN }

func (s *socket) sendFragmented(datagram []byte) error { return s.send(datagram) }

func (s *socket) pathMTU() int { return 0 }

func control(string, string, syscall.RawConn) error { return nil }
