package own

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"
)

// dialTimeout bounds a TCP handshake.
const dialTimeout = 10 * time.Second

// Dial connects over TCP as net.Dialer.DialContext does, and makes the connection known before its first packet
// leaves: it is bound to a port first. The host's addresses are tried one after the other.
func (s *Set) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	number, err := net.DefaultResolver.LookupPort(ctx, network, port)
	if err != nil {
		return nil, err
	}
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip"+family(network), host)
	if err != nil {
		return nil, fmt.Errorf("look up %q: %w", host, err)
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	for i, a := range addresses {
		share := ctx
		if deadline, ok := ctx.Deadline(); ok && i+1 < len(addresses) {
			part := time.Until(deadline) / time.Duration(len(addresses)-i)
			var end context.CancelFunc
			share, end = context.WithTimeout(ctx, part)
			defer end()
		}
		var c net.Conn
		if c, err = s.dial(share, netip.AddrPortFrom(a.Unmap(), uint16(number))); err == nil {
			return c, nil
		}
	}
	return nil, err
}

func family(network string) string {
	if n := len(network); n > 0 && (network[n-1] == '4' || network[n-1] == '6') {
		return network[n-1:]
	}
	return ""
}

// dial connects to one address from a port that is bound, and known, beforehand.
func (s *Set) dial(ctx context.Context, remote netip.AddrPort) (net.Conn, error) {
	d := net.Dialer{KeepAlive: 30 * time.Second}
	remove := func() {}
	d.Control = bindFirst(remote, func(local netip.AddrPort) {
		remove = s.Add(Connection{Protocol: TCP, Local: local, Remote: remote})
	})
	c, err := d.DialContext(ctx, "tcp", remote.String())
	if err != nil {
		remove()
		return nil, err
	}
	return &conn{Conn: c, remove: remove}, nil
}

// conn is a connection that is forgotten when it is closed.
type conn struct {
	net.Conn
	remove func()
}

// Close closes the connection.
func (c *conn) Close() error {
	c.remove()
	return c.Conn.Close()
}
