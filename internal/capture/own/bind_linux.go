package own

import (
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// bindFirst returns a net.Dialer.Control that binds the socket to the address that the route to remote leaves from,
// and any port, and tells what they are. Where there is no route it tells nothing: connect then says so.
func bindFirst(remote netip.AddrPort, tell func(netip.AddrPort)) func(network, address string, c syscall.RawConn) error {
	return func(_, _ string, c syscall.RawConn) error {
		probe, err := net.Dial("udp", remote.String()) // sends nothing: it only asks the kernel for the route
		if err != nil {
			return nil //nolint:nilerr // as said above
		}
		source := probe.LocalAddr().(*net.UDPAddr).AddrPort()
		_ = probe.Close()
		var failed error
		if err := c.Control(func(fd uintptr) { failed = bind(int(fd), source.Addr(), remote.Addr(), tell) }); err != nil {
			return err
		}
		return failed
	}
}

func bind(fd int, source, remote netip.Addr, tell func(netip.AddrPort)) error {
	if err := unix.Bind(fd, sockaddr(source, remote)); err != nil {
		return err
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		return err
	}
	switch a := name.(type) {
	case *unix.SockaddrInet4:
		tell(netip.AddrPortFrom(source.Unmap().WithZone(""), uint16(a.Port)))
	case *unix.SockaddrInet6:
		tell(netip.AddrPortFrom(source.Unmap().WithZone(""), uint16(a.Port)))
	}
	return nil
}

// sockaddr is source with port 0, in the family of the socket: that of remote.
func sockaddr(source, remote netip.Addr) unix.Sockaddr {
	if remote.Is4() {
		return &unix.SockaddrInet4{Addr: source.Unmap().As4()}
	}
	a := &unix.SockaddrInet6{Addr: source.As16()}
	if zone := source.Zone(); zone != "" {
		if i, err := net.InterfaceByName(zone); err == nil {
			a.ZoneId = uint32(i.Index)
		}
	}
	return a
}
