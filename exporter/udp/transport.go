package udp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"github.com/sagflow/sagflow/exporter"
)

// Transport is a connected UDP socket to one collector. It is an exporter.Sink, used by one
// goroutine.
type Transport struct {
	options   Options
	collector netip.AddrPort
	port      uint16 // the source port, once known
	limit     int    // of the payload

	socket    *socket // nil while there is no route
	closed    func()  // tells that it is closed
	stuck     bool    // the local buffers were full for the whole of Patience
	trainless bool    // the system can't send trains
	last      *exporter.SendError
}

var _ exporter.Sink = (*Transport)(nil)

// Dial resolves the collector's address and opens the socket. That there is no route to the
// collector yet is not an error: Send then says so.
func Dial(ctx context.Context, options Options) (*Transport, error) {
	o, err := options.complete()
	if err != nil {
		return nil, err
	}
	collector, err := resolve(ctx, o.Address, o.SourceAddress)
	if err != nil {
		return nil, err
	}
	t := &Transport{
		options: o, collector: collector,
		limit: o.MTU - headers(collector.Addr()),
	}
	if err := t.open(ctx); err != nil && !mayPass(err) {
		return nil, fmt.Errorf("open UDP socket from %q to collector %q: %w", t.source(), o.Address, err)
	}
	return t, nil
}

// String returns the collector's address as it was resolved.
func (t *Transport) String() string { return t.collector.String() }

// Limit returns the largest payload in octets: MTU less the IP and UDP headers, or less as far as
// the path turned out to carry less.
func (t *Transport) Limit() int { return t.limit }

// LocalAddr returns the socket's own address; it is not valid while there is no route.
func (t *Transport) LocalAddr() netip.AddrPort {
	if t.socket == nil {
		return netip.AddrPort{}
	}
	return t.socket.conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

// Close closes the socket.
func (t *Transport) Close() error {
	if t.socket == nil {
		return nil
	}
	err := t.socket.conn.Close()
	t.closed()
	t.socket = nil
	return err
}

func (t *Transport) source() string {
	if t.options.SourceAddress.IsValid() {
		return t.options.SourceAddress.String()
	}
	return "any address"
}

// open makes the socket, from the source port of the one before.
func (t *Transport) open(ctx context.Context) error {
	network := "udp6"
	if t.collector.Addr().Is4() {
		network = "udp4"
	}
	local := net.UDPAddr{Port: int(t.port)}
	if a := t.options.SourceAddress; a.IsValid() {
		local.IP, local.Zone = a.AsSlice(), a.Zone()
	}
	dialer := net.Dialer{LocalAddr: &local, Control: control}
	conn, err := dialer.DialContext(ctx, network, t.collector.String())
	if err != nil {
		if errno(err) == syscall.EADDRINUSE {
			t.port = 0 // somebody else has it now
		}
		return err
	}
	if t.socket, err = newSocket(conn.(*net.UDPConn), t.collector.Addr().Is4()); err != nil {
		return errors.Join(err, conn.Close())
	}
	source := t.LocalAddr()
	t.port, t.closed = source.Port(), t.options.Opened(source, t.collector)
	return nil
}

// errno is the system's error within err, or 0.
func errno(err error) syscall.Errno {
	e, _ := errors.AsType[syscall.Errno](err)
	return e
}

// isTimeout says that a deadline was over.
func isTimeout(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

// patience is how long to wait for room. A device that took nothing for the whole time gets a
// hundredth of it until it takes something: else each datagram would cost the whole time.
func (t *Transport) patience() time.Duration {
	if t.stuck {
		return t.options.Patience / 100
	}
	return t.options.Patience
}
