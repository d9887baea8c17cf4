package livetest

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/testutil"
)

// pipe is a TCP relay that holds what it carries up, cuts connections, or goes away.
type pipe struct {
	t        *testing.T
	ns       *testutil.Namespace
	from, to int

	mu       sync.Mutex
	listener net.Listener // nil while it is away
	open     map[net.Conn]struct{}
	delay    time.Duration // of each piece that comes
	cutAfter int64         // octets that a connection lives for, in each direction; 0 = for ever
	cut      int           // connections that were cut
	carried  sync.WaitGroup
}

func relayTCP(t *testing.T, ns *testutil.Namespace, from, to int) *pipe {
	t.Helper()
	p := &pipe{t: t, ns: ns, from: from, to: to, open: map[net.Conn]struct{}{}}
	p.back()
	t.Cleanup(func() { p.away(); p.carried.Wait() })
	return p
}

// back accepts connections.
func (p *pipe) back() {
	p.t.Helper()
	var listener net.Listener
	p.ns.Do(func() {
		p.t.Helper()
		var err error
		if listener, err = net.Listen("tcp4", local(p.from)); err != nil {
			p.t.Fatal(err)
		}
	})
	p.mu.Lock()
	p.listener = listener
	p.mu.Unlock()
	p.carried.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			p.carried.Go(func() { p.carry(conn) })
		}
	})
}

// away refuses connections, and cuts those that are open.
func (p *pipe) away() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		_ = p.listener.Close()
		p.listener = nil
	}
	for conn := range p.open {
		_ = conn.Close()
	}
}

// behave sets how connections fare from now on.
func (p *pipe) behave(delay time.Duration, cutAfter int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay, p.cutAfter = delay, cutAfter
}

// cuts is how many connections were cut.
func (p *pipe) cuts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cut
}

func (p *pipe) carry(near net.Conn) {
	var far net.Conn
	var err error
	p.ns.Do(func() { far, err = new(net.Dialer).DialContext(context.Background(), "tcp4", local(p.to)) })
	if err != nil {
		_ = near.Close()
		return
	}
	p.mu.Lock()
	p.open[near], p.open[far] = struct{}{}, struct{}{}
	away := p.listener == nil
	p.mu.Unlock()
	if away {
		_ = near.Close()
	}
	both := sync.OnceFunc(func() { _, _ = near.Close(), far.Close() })
	var ways sync.WaitGroup
	ways.Go(func() { defer both(); p.copy(far, near) })
	ways.Go(func() { defer both(); p.copy(near, far) })
	ways.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, near)
	delete(p.open, far)
}

// copy carries pieces until one end is closed, or the connection is to be cut.
func (p *pipe) copy(to io.Writer, from io.Reader) {
	piece := make([]byte, 4096)
	for carried := int64(0); ; {
		n, err := from.Read(piece)
		p.mu.Lock()
		delay, limit := p.delay, p.cutAfter
		p.mu.Unlock()
		time.Sleep(delay)
		if limit > 0 && carried+int64(n) > limit {
			p.mu.Lock()
			p.cut++
			p.mu.Unlock()
			_, _ = to.Write(piece[:max(0, limit-carried)])
			return
		}
		if _, failed := to.Write(piece[:n]); err != nil || failed != nil {
			return
		}
		carried += int64(n)
	}
}
