package udp

import (
	"errors"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// hasSegments says that the system may have UDP_SEGMENT (since Linux 4.18).
const hasSegments = true

// socket sends with as little as possible around the system call: net.UDPConn.Write would make an
// error value for each refusal. The functions are made once, a closure per datagram would allocate.
type socket struct {
	conn *net.UDPConn
	raw  syscall.RawConn
	ipv4 bool

	segment   int    // the UDP_SEGMENT in force, 0 for none
	wanted    int    // that of the call
	datagram  []byte // of the call
	err       error  // its result: a syscall.Errno, which below 256 costs no allocation
	try, wait func(fd uintptr) bool
}

func newSocket(conn *net.UDPConn, ipv4 bool) (*socket, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	s := &socket{conn: conn, raw: raw, ipv4: ipv4}
	s.try = func(fd uintptr) bool {
		s.write(int(fd))
		return true
	}
	s.wait = func(fd uintptr) bool {
		s.write(int(fd))
		return errno(s.err) != unix.EAGAIN
	}
	return s, nil
}

func (s *socket) write(fd int) {
	if s.segment != s.wanted {
		if s.err = unix.SetsockoptInt(fd, unix.IPPROTO_UDP, unix.UDP_SEGMENT, s.wanted); s.err != nil {
			return
		}
		s.segment = s.wanted
	}
	for {
		_, s.err = unix.Write(fd, s.datagram)
		if errno(s.err) != unix.EINTR {
			return
		}
	}
}

// send tries once; EAGAIN says that the socket's buffer is full.
func (s *socket) send(datagram []byte) error {
	return s.sendSegments(datagram, 0)
}

// sendSegments has the system cut the octets into datagrams of size; 0 is one datagram.
func (s *socket) sendSegments(datagrams []byte, size int) error {
	s.datagram, s.wanted = datagrams, size
	err := s.raw.Write(s.try)
	s.datagram = nil
	if err != nil {
		return err
	}
	return s.err
}

// sendFragmented sends without "don't fragment".
func (s *socket) sendFragmented(datagram []byte) error {
	if err := s.discover(unix.IP_PMTUDISC_DONT); err != nil {
		return err
	}
	return errors.Join(s.send(datagram), s.discover(unix.IP_PMTUDISC_DO))
}

// discover sets path MTU discovery; IPv6 has the same values.
func (s *socket) discover(value int) error {
	level, name := unix.IPPROTO_IP, unix.IP_MTU_DISCOVER
	if !s.ipv4 {
		level, name = unix.IPPROTO_IPV6, unix.IPV6_MTU_DISCOVER
	}
	var failed error
	if err := s.raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), level, name, value)
	}); err != nil {
		return err
	}
	return failed
}

// sendBefore waits until the socket's buffer has room, or the deadline is over.
func (s *socket) sendBefore(datagram []byte, deadline time.Time) error {
	if err := s.conn.SetWriteDeadline(deadline); err != nil {
		return err
	}
	s.datagram, s.wanted = datagram, 0
	err := s.raw.Write(s.wait)
	s.datagram = nil
	if reset := s.conn.SetWriteDeadline(time.Time{}); err == nil {
		err = reset
	}
	if err != nil {
		return err
	}
	return s.err
}

// pathMTU is what the system knows of the path, headers included (ip(7) IP_MTU, RFC 8201), or 0.
func (s *socket) pathMTU() int {
	level, name := unix.IPPROTO_IP, unix.IP_MTU
	if !s.ipv4 {
		level, name = unix.IPPROTO_IPV6, unix.IPV6_MTU
	}
	mtu := 0
	_ = s.raw.Control(func(fd uintptr) {
		if n, err := unix.GetsockoptInt(int(fd), level, name); err == nil {
			mtu = n
		}
	})
	return mtu
}

// control sets the socket's options before it is bound.
//
// IP_PMTUDISC_DO sets "don't fragment" and has longer datagrams refused by EMSGSIZE. IP_RECVERR
// makes a full device queue known as ENOBUFS: without it the system drops and says that it sent
// (udp(7); net/ipv4/udp.c). With it, also a router's "host unreachable" is reported.
func control(network, _ string, c syscall.RawConn) error {
	level, discover, discoverDo, report := unix.IPPROTO_IP, unix.IP_MTU_DISCOVER, unix.IP_PMTUDISC_DO, unix.IP_RECVERR
	if network == "udp6" {
		level, discover, discoverDo, report = unix.IPPROTO_IPV6, unix.IPV6_MTU_DISCOVER, unix.IPV6_PMTUDISC_DO, unix.IPV6_RECVERR
	}
	var failed error
	err := c.Control(func(fd uintptr) {
		if failed = unix.SetsockoptInt(int(fd), level, discover, discoverDo); failed == nil {
			failed = unix.SetsockoptInt(int(fd), level, report, 1)
		}
	})
	if err != nil {
		return err
	}
	return failed
}
