package collector

import (
	"net"
	"unsafe"

	"golang.org/x/sys/unix"
)

// setReceiveBuffer asks for a buffer of size octets, beyond the system's limit where the process
// may (CAP_NET_ADMIN), and returns what was granted: Linux counts its own overhead in, so that is
// twice of what was asked for.
func setReceiveBuffer(conn *net.UDPConn, size int) int {
	granted := 0
	control(conn, func(fd int) {
		if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, size) != nil {
			_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, size)
		}
		granted, _ = unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF)
	})
	return granted
}

// The words of SO_MEMINFO, and the one that counts drops (linux/sock_diag.h).
const (
	meminfoWords = 9
	meminfoDrops = 8
)

// socketDrops asks the kernel how many datagrams it dropped at this socket (Linux 4.12 and newer).
func socketDrops(conn *net.UDPConn) Drops {
	var d Drops
	control(conn, func(fd int) {
		var info [meminfoWords]uint32
		length := uint32(unsafe.Sizeof(info))
		// x/sys/unix has no call for this option.
		_, _, errno := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.SOL_SOCKET, unix.SO_MEMINFO,
			uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&length)), 0)
		if errno == 0 && length == uint32(unsafe.Sizeof(info)) {
			d = Drops{Known: true, Datagrams: uint64(info[meminfoDrops])}
		}
	})
	return d
}

// control runs f with the socket's descriptor; not at all once it is closed.
func control(conn *net.UDPConn, f func(fd int)) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { f(int(fd)) })
}
