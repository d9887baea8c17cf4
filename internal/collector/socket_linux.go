package collector

import (
	"bufio"
	"io"
	"net"
	"os"
	"strconv"
	"strings"

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

// socketDrops asks the kernel how many datagrams it dropped at this socket. It looks into
// /proc/net/udp and udp6, where the socket is known by its inode: SO_RXQ_OVFL would come with the
// next datagram only, and miss what was dropped last.
func socketDrops(conn *net.UDPConn) Drops {
	inode := uint64(0)
	control(conn, func(fd int) {
		var stat unix.Stat_t
		if unix.Fstat(fd, &stat) == nil {
			inode = stat.Ino
		}
	})
	if inode == 0 {
		return Drops{}
	}
	for _, path := range []string{"/proc/self/net/udp", "/proc/self/net/udp6"} {
		if d := dropsInFile(path, inode); d.Known {
			return d
		}
	}
	return Drops{}
}

func dropsInFile(path string, inode uint64) Drops {
	f, err := os.Open(path)
	if err != nil {
		return Drops{}
	}
	defer func() { _ = f.Close() }()
	return findDrops(f, inode)
}

// The columns of /proc/net/udp, split at spaces (net/ipv4/udp.c).
const (
	inodeColumn = 9
	dropsColumn = 12
)

func findDrops(r io.Reader, inode uint64) Drops {
	want := strconv.FormatUint(inode, 10)
	for lines := bufio.NewScanner(r); lines.Scan(); {
		columns := strings.Fields(lines.Text())
		if len(columns) <= dropsColumn || columns[inodeColumn] != want {
			continue
		}
		if n, err := strconv.ParseUint(columns[dropsColumn], 10, 64); err == nil {
			return Drops{Known: true, Datagrams: n}
		}
	}
	return Drops{}
}

// control runs f with the socket's descriptor; not at all once it is closed.
func control(conn *net.UDPConn, f func(fd int)) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { f(int(fd)) })
}
