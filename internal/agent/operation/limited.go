package operation

import (
	"net"
	"sync"
)

// limited is a listener that has so many connections open at most. More are closed at once: whoever opens
// connections without end must not take the descriptors that the capture needs.
type limited struct {
	net.Listener
	slots chan struct{}
}

func newLimited(l net.Listener, n int) *limited { return &limited{l, make(chan struct{}, n)} }

// Accept implements net.Listener.
func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case l.slots <- struct{}{}:
			return &counted{Conn: c, release: sync.OnceFunc(func() { <-l.slots })}, nil
		default:
			_ = c.Close() // nothing was written to it
		}
	}
}

// counted is a connection that has a slot.
type counted struct {
	net.Conn
	release func()
}

// Close implements net.Conn.
func (c *counted) Close() error {
	defer c.release()
	return c.Conn.Close()
}
