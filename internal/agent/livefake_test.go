package agent

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/tap"
)

// wire is a capture.Live that hands out what a test sends.
type wire struct {
	index   uint32
	mu      sync.Mutex
	waiting []capture.Frame
	handed  uint64
	dropped uint64
	down    bool
	stopped bool
	closed  int
	// signalled says that there is an octet in the pipe.
	signalled bool
	readable  [2]*os.File // a pipe with an octet in it while something waits
}

const wireLag = 10 * time.Millisecond

func newWire(t testing.TB, index uint32) *wire {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(r.Close(), w.Close()) })
	return &wire{index: index, readable: [2]*os.File{r, w}}
}

// send queues frames; their times are wall-clock time.
func (w *wire) send(frames ...capture.Frame) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return
	}
	w.waiting = append(w.waiting, frames...)
	w.signal()
}

func (w *wire) lose(n uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dropped += n
}

func (w *wire) goDown() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = true
	w.signal()
}

// signal makes the pipe readable. It is called with mu held.
func (w *wire) signal() {
	if !w.signalled {
		w.signalled = true
		_, _ = w.readable[1].Write([]byte{0})
	}
}

func (w *wire) Next(frames []capture.Frame) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := copy(frames, w.waiting)
	w.waiting = w.waiting[n:]
	w.handed += uint64(n)
	if n == 0 && w.down {
		return 0, capture.ErrDown
	}
	if n == 0 && w.signalled {
		w.signalled = false
		_, _ = w.readable[0].Read(make([]byte, 1))
	}
	return n, nil
}

func (w *wire) Descriptor() int    { return int(w.readable[0].Fd()) }
func (w *wire) Interface() uint32  { return w.index }
func (w *wire) Lag() time.Duration { return wireLag }

func (w *wire) Stop() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	return nil
}

func (w *wire) Statistics() (capture.Statistics, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return capture.Statistics{Received: w.handed + uint64(len(w.waiting)) + w.dropped, Dropped: w.dropped}, nil
}

func (w *wire) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed++
	return nil
}

// network is the interfaces of a test, and what was opened on them.
type network struct {
	t       testing.TB
	workers int
	changes chan []tap.Link
	mu      sync.Mutex
	wires   map[int][]*wire // by ifIndex: those opened last
	opened  chan int
}

func newNetwork(t testing.TB, workers int) *network {
	return &network{t: t, workers: workers, changes: make(chan []tap.Link), wires: map[int][]*wire{}, opened: make(chan int, 100)}
}

func (n *network) follow(ctx context.Context, changed func([]tap.Link)) error {
	for {
		select {
		case links := <-n.changes:
			changed(links)
		case <-ctx.Done():
			return nil
		}
	}
}

func (n *network) open(l tap.Link) ([]capture.Live, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []capture.Live
	var wires []*wire
	for range n.workers {
		w := newWire(n.t, uint32(l.Index))
		all, wires = append(all, w), append(wires, w)
	}
	n.wires[l.Index] = wires
	n.opened <- l.Index
	return all, nil
}

// of returns the wires that were opened last on an interface.
func (n *network) of(index int) []*wire {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.wires[index]
}

// up says which links there are, and waits until as many are opened.
func (n *network) up(opens int, links ...tap.Link) {
	n.changes <- links
	for range opens {
		<-n.opened
	}
}

// liveOptions are of a run that writes its records as JSON lines to a file.
func liveOptions(t testing.TB, n *network) (LiveOptions, string) {
	records := filepath.Join(t.TempDir(), "records")
	o := LiveOptions{Options: defaults().Options, Follow: n.follow, Open: n.open}
	o.Records, o.Workers, o.Stdout, o.Stderr = records, n.workers, os.Stderr, os.Stderr
	return o, records
}
