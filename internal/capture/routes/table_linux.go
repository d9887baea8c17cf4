package routes

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sagflow/sagflow/internal/capture/rtnetlink"
)

// settle is how long notifications gather after one that emptied the cache.
const settle = 20 * time.Millisecond

// Table answers from the kernel's forwarding table. Lookup and Resolve may be called by several
// goroutines.
type Table struct {
	options Options
	ask     func(netip.Addr) (uint32, error)
	conn    *rtnetlink.Conn
	events  *rtnetlink.Events
	closed  atomic.Bool

	requests chan *request
	late     atomic.Bool // nobody answers: a request was not answered in time, nor since, or Run does not run

	mu         sync.Mutex
	cache      *cache
	generation uint64 // of what the cache holds: another one after each flush
	counters   Counters
}

// request are destinations to ask the kernel for.
type request struct {
	destinations []netip.Addr
	answers      []uint32
	done         chan struct{}
}

// New opens a Table of the network namespace of the calling thread. It answers nothing new before
// Run does.
func New(o Options) (*Table, error) {
	conn, err := rtnetlink.Dial()
	if err != nil {
		return nil, err
	}
	events, err := rtnetlink.Listen(groups)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	t := newTable(o, func(dst netip.Addr) (uint32, error) { return query(conn, dst) })
	t.conn, t.events = conn, events
	return t, nil
}

// newTable is a Table that asks somebody else.
func newTable(o Options, ask func(netip.Addr) (uint32, error)) *Table {
	o = o.complete()
	t := &Table{options: o, ask: ask, requests: make(chan *request), cache: newCache(o.Entries, o.Expiry)}
	t.late.Store(true)
	return t
}

// Close releases a Table that is not run. Run does so itself when it ends.
func (t *Table) Close() error {
	if t.closed.Swap(true) {
		return nil
	}
	return errors.Join(t.conn.Close(), t.events.Close())
}

// Run asks the kernel for what Resolve wants, until the context ends, and returns nil then. It is called
// once.
func (t *Table) Run(ctx context.Context) error {
	if t.closed.Load() {
		return fmt.Errorf("look up routes: %w", os.ErrClosed)
	}
	defer func() { _ = t.Close() }() // two sockets, of which nothing is lost
	ctx, cancel := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		t.watch(ctx)
	}()
	t.serve(ctx)
	cancel()
	<-watched
	return nil
}
