package tap

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/capture"
)

// source is a capture.Live that counts.
type source struct {
	capture.Live
	statistics capture.Statistics
	failing    error
	closed     int
}

func (s *source) Statistics() (capture.Statistics, error) { return s.statistics, s.failing }
func (s *source) Close() error                            { s.closed++; return nil }
func (s *source) Size() int                               { return 1000 }

// rig is taps on a machine that a test makes up.
type rig struct {
	*Taps
	changes  chan []Link
	fail     chan struct{}
	mu       sync.Mutex
	refused  map[string]error // guarded by mu
	sources  []*source
	attached []*Tap
	detached []*Tap
	log      bytes.Buffer
	ended    chan error
}

func start(t *testing.T) *rig {
	r := &rig{changes: make(chan []Link), fail: make(chan struct{}), refused: map[string]error{}, ended: make(chan error, 1)}
	r.Taps = New(Options{
		Follow: func(ctx context.Context, changed func([]Link)) error {
			for {
				select {
				case now := <-r.changes:
					changed(now)
				case <-r.fail:
					return errors.New("no netlink")
				case <-ctx.Done():
					return nil
				}
			}
		},
		Open: func(l Link) ([]capture.Live, error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			if err := r.refused[l.Name]; err != nil {
				return nil, err
			}
			a, b := new(source), new(source)
			r.sources = append(r.sources, a, b)
			return []capture.Live{a, b}, nil
		},
		Attach: func(one *Tap) { r.attached = append(r.attached, one) },
		Detach: func(one *Tap) { r.detached = append(r.detached, one) },
		Logger: slog.New(slog.NewTextHandler(&r.log, nil)),
	})
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go func() { r.ended <- r.Run(ctx) }()
	return r
}

func (r *rig) set(links ...Link) {
	r.changes <- links
	synctest.Wait()
}

// refuse makes an interface fail to open, or with nil no more.
func (r *rig) refuse(name string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused[name] = err
}

func (r *rig) isReady() bool {
	select {
	case <-r.Ready():
		return true
	default:
		return false
	}
}

var eth0, eth1 = Link{Index: 2, Name: "eth0", Up: true}, Link{Index: 3, Name: "eth1", Up: true}

func down(l Link) Link { l.Up = false; return l }

// An interface that goes down and comes back is opened anew when all workers are done with it; its counts go on.
func TestComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.set(eth0, down(eth1))
		if len(r.attached) != 1 || !r.isReady() {
			t.Fatalf("%d taps", len(r.attached))
		}
		one := r.attached[0]
		r.sources[0].statistics = capture.Statistics{Received: 10, Dropped: 3}
		r.sources[1].statistics = capture.Statistics{Received: 5}
		one.Took(0, 7)
		one.Took(1, 4)
		want := []Status{
			{Name: "eth0", Index: 2, State: Capturing, Opened: 1, Memory: 2000, Counts: Counts{15, 3, 11}},
			{Name: "eth1", Index: 3, State: Down},
		}
		if diff := cmp.Diff(want, r.Status()); diff != "" || r.Status()[0].Waiting() != 1 {
			t.Error(diff)
		}
		r.set(down(eth0))
		one.Took(1, 1)
		one.Done(0, capture.ErrDown)
		r.set(eth0)
		if len(r.attached) != 1 {
			t.Error("it was opened before all workers were done with it")
		}
		one.Done(1, capture.ErrDown)
		one.Done(1, capture.ErrDown)
		synctest.Wait()
		if len(r.attached) != 2 || r.sources[0].closed != 1 || r.sources[1].closed != 1 {
			t.Fatalf("%d taps, closed %d and %d times", len(r.attached), r.sources[0].closed, r.sources[1].closed)
		}
		r.sources[2].statistics = capture.Statistics{Received: 100}
		want = []Status{{Name: "eth0", Index: 2, State: Capturing, Opened: 2, Memory: 2000, Counts: Counts{115, 3, 12}}}
		if diff := cmp.Diff(want, r.Status()); diff != "" {
			t.Error(diff)
		}
		r.set()
		if len(r.detached) != 1 || r.detached[0] != r.attached[1] {
			t.Fatalf("%d detached", len(r.detached))
		}
		r.set(eth1)
		r.attached[1].Done(0, nil)
		r.attached[1].Done(1, nil)
		if s := r.Status(); s[0].State != Gone || s[0].Received != 115 || s[1].State != Capturing {
			t.Errorf("%+v", s)
		}
		if n := strings.Count(r.log.String(), "capture has ended"); n != 1 {
			t.Errorf("the end was said %d times", n)
		}
	})
}

// The same name with another ifIndex is another interface, while the old one is still being read.
func TestRecreated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.set(eth0)
		again := eth0
		again.Index = 9
		r.set(again)
		if len(r.attached) != 2 || len(r.detached) != 1 {
			t.Fatalf("%d attached, %d detached", len(r.attached), len(r.detached))
		}
		r.sources[0].statistics.Received, r.sources[2].statistics.Received = 1, 2
		if s := r.Status(); len(s) != 1 || s[0].Received != 3 || s[0].Index != 9 {
			t.Errorf("%+v", s)
		}
	})
}

// One that is to be captured in another way is opened anew, and the others go on.
func TestAnotherWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		in, other := eth0, eth1
		in.Direction = "in"
		r.set(in, other)
		both := in
		both.Direction = "both"
		for i, now := range []Link{both, {Index: both.Index, Name: both.Name, Up: true, Direction: "both", Setup: 1}} {
			r.set(now, other)
			if len(r.detached) != i+1 || r.detached[i].Link.Name != "eth0" {
				t.Fatalf("change %d: %d detached", i, len(r.detached))
			}
			r.set(now, other) // it isn't asked twice
			r.detached[i].Done(0, nil)
			r.detached[i].Done(1, nil)
			synctest.Wait()
			if len(r.attached) != i+3 || r.attached[i+2].Link != now || len(r.detached) != i+1 {
				t.Fatalf("change %d: %d attached, %d detached", i, len(r.attached), len(r.detached))
			}
		}
		if s := r.Status()[0]; s.Direction != "both" || s.Opened != 3 {
			t.Errorf("%+v", s)
		}
	})
}

// What can't be opened is said once, shown, and tried again.
func TestRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.set(eth0)
		r.refuse("eth1", errors.New("no memory for a ring"))
		r.set(eth0, eth1)
		time.Sleep(10 * DefaultRetry)
		synctest.Wait()
		s := r.Status()[1]
		if n := strings.Count(r.log.String(), "no memory"); n != 1 || s.State != Refused || s.Why != "no memory for a ring" {
			t.Errorf("said %d times; %+v", n, s)
		}
		r.refuse("eth1", capture.ErrDown) // it went down before it was opened: nothing to say
		time.Sleep(2 * DefaultRetry)
		synctest.Wait()
		if s := r.Status()[1]; s.State != Down {
			t.Errorf("%+v", s)
		}
		r.refuse("eth1", nil)
		time.Sleep(2 * DefaultRetry)
		synctest.Wait()
		if len(r.attached) != 2 || r.Status()[1].State != Capturing {
			t.Errorf("%+v", r.Status())
		}
		r.refuse("eth2", errors.New("no"))
		r.set(eth0, eth1, Link{Index: 4, Name: "eth2", Up: true})
		r.set(eth0, eth1)
		if s := r.Status(); len(s) != 2 {
			t.Errorf("an interface that is gone is shown: %+v", s)
		}
	})
}

// What can't be opened at the start ends it, with all reasons; so does a machine that can't be followed.
func TestStartFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.refuse("eth0", errors.New("no privilege"))
		r.refuse("eth1", errors.New("no memory"))
		r.changes <- []Link{eth0, eth1}
		err := <-r.ended
		if err == nil || err.Error() != "capture from eth0: no privilege\ncapture from eth1: no memory" || r.isReady() || r.log.Len() > 0 {
			t.Errorf("%v, log %q", err, r.log.String())
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		close(r.fail)
		if err := <-r.ended; err == nil || err.Error() != "follow the interfaces: no netlink" {
			t.Error(err)
		}
	})
}

// Where the kernel's last counts can't be had, what was read counts as received.
func TestCountsAreLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.set(eth0)
		r.sources[0].statistics, r.sources[0].failing = capture.Statistics{Received: 3, Dropped: 2}, errors.New("gone")
		r.attached[0].Took(0, 8)
		r.attached[0].Done(0, capture.ErrDown)
		if s := r.Status()[0]; s.Counts != (Counts{10, 2, 8}) {
			t.Errorf("%+v", s)
		}
	})
}

// Where one worker's source breaks the others finish with theirs, too: the interface is opened anew as a whole.
func TestBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.set(eth0)
		one := r.attached[0]
		one.Done(0, errors.New("a block is damaged"))
		synctest.Wait()
		if len(r.detached) != 1 || r.detached[0] != one {
			t.Fatalf("%d detached", len(r.detached))
		}
		one.Done(1, nil)
		synctest.Wait()
		if len(r.attached) != 2 {
			t.Errorf("%d taps", len(r.attached))
		}
	})
}
