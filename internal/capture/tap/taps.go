package tap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sagflow/sagflow/internal/capture"
)

// DefaultRetry is how soon an interface that can't be opened is tried again.
const DefaultRetry = 5 * time.Second

// Opener opens an interface: a source for each worker.
type Opener func(Link) ([]capture.Live, error)

// Options are the settings of Taps.
type Options struct {
	// Follow tells which links there are, at once and at each change, until ctx ends or it fails.
	Follow func(ctx context.Context, changed func([]Link)) error
	Open   Opener
	// Attach hands a tap to the workers, Detach asks them to finish with it. They are called by Run's goroutine, and
	// must not wait for the workers.
	Attach, Detach func(*Tap)
	// Retry is how soon an interface is tried again that could not be opened; 0 = DefaultRetry.
	Retry time.Duration
	// Logger gets what an operator should know; nil is silent.
	Logger *slog.Logger
}

// Taps are the interfaces that are captured.
type Taps struct {
	o Options

	mu     sync.Mutex
	links  []Link // that there are
	open   []*Tap
	totals map[string]Counts // of what was closed, by name
	failed map[string]error  // why an interface can't be opened, by name
	opened map[string]int    // how often, by name
	free   chan struct{}     // a tap has ended: its interface may be opened anew
	ready  chan struct{}     // closed when what there was at first is open
	begun  bool
	broken []*Tap // one worker's source has ended: the others are to finish, too
}

// New makes taps; Run opens them.
func New(o Options) *Taps {
	if o.Retry <= 0 {
		o.Retry = DefaultRetry
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Taps{
		o: o, totals: map[string]Counts{}, failed: map[string]error{}, opened: map[string]int{}, free: make(chan struct{}, 1), ready: make(chan struct{}),
	}
}

// Ready is closed when all that was there at first is open.
func (t *Taps) Ready() <-chan struct{} { return t.ready }

// Run opens and attaches until ctx ends. What can't be opened at the start ends it with an error; later it is tried
// again. It leaves the taps open: the workers are done with them in their own time.
func (t *Taps) Run(ctx context.Context) error {
	changes := make(chan []Link)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		ended <- t.o.Follow(ctx, func(now []Link) {
			select {
			case changes <- slices.Clone(now):
			case <-ctx.Done():
			}
		})
	}()
	retry := time.NewTicker(t.o.Retry)
	defer retry.Stop()
	for {
		select {
		case now := <-changes:
			t.follow(now)
		case <-retry.C:
		case <-t.free:
			t.detachBroken()
		case err := <-ended:
			if err == nil || ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("follow the interfaces: %w", err)
		}
		if err := t.openAll(); err != nil {
			return err
		}
	}
}

// follow takes the links that there are, and gives up those that are no longer among them.
func (t *Taps) follow(now []Link) {
	t.mu.Lock()
	t.links = now
	var gone []*Tap
	for _, one := range t.open {
		kept := slices.ContainsFunc(now, func(l Link) bool {
			return l.Index == one.Link.Index && l.Setup == one.Link.Setup && l.Direction == one.Link.Direction
		})
		if !kept && !one.detached {
			one.detached = true
			gone = append(gone, one)
		}
	}
	for name := range t.failed {
		if !slices.ContainsFunc(now, func(l Link) bool { return l.Name == name }) {
			delete(t.failed, name)
		}
	}
	t.mu.Unlock()
	for _, one := range gone {
		t.o.Detach(one)
	}
}

// openAll opens what is up and not captured.
func (t *Taps) openAll() error {
	var refused error
	for _, l := range t.wanted() {
		sources, err := t.o.Open(l)
		if err != nil {
			refused = errors.Join(refused, t.refuse(l, err))
			continue
		}
		t.o.Attach(t.add(l, sources))
	}
	if t.begun {
		return nil
	}
	if refused == nil {
		t.begun = true
		close(t.ready)
	}
	return refused
}

func (t *Taps) wanted() []Link {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []Link
	for _, l := range t.links {
		if l.Up && !slices.ContainsFunc(t.open, func(o *Tap) bool { return o.Link.Index == l.Index }) {
			all = append(all, l)
		}
	}
	return all
}

func (t *Taps) add(l Link, sources []capture.Live) *Tap {
	t.mu.Lock()
	defer t.mu.Unlock()
	one := &Tap{Link: l, Sources: sources, taps: t, read: make([]atomic.Uint64, len(sources)), finished: make([]bool, len(sources))}
	t.open = append(t.open, one)
	t.opened[l.Name]++
	delete(t.failed, l.Name)
	t.o.Logger.Info("capturing", "interface", l.Name, "index", l.Index)
	return one
}

// refuse says once why an interface can't be captured. That it is down, or away again, is nothing to say.
func (t *Taps) refuse(l Link, err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if errors.Is(err, capture.ErrDown) {
		delete(t.failed, l.Name)
		return nil
	}
	if before := t.failed[l.Name]; t.begun && (before == nil || before.Error() != err.Error()) {
		t.o.Logger.Error("interface can't be captured; it is tried again", "interface", l.Name, "error", err)
	}
	t.failed[l.Name] = err
	return fmt.Errorf("capture from %s: %w", l.Name, err)
}

func (t *Taps) done(one *Tap, worker int, why error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one.finished[worker] {
		return
	}
	name := one.Link.Name
	t.totals[name] = t.totals[name].Plus(one.counts(worker))
	one.finished[worker] = true
	if err := one.Sources[worker].Close(); err != nil {
		t.o.Logger.Warn("capture can't be closed in order", "interface", name, "error", err)
	}
	if slices.Contains(one.finished, false) {
		if why != nil && !errors.Is(why, capture.ErrDown) && !one.detached { // the kernel shares its frames out anew: no flow may stay in two shards
			one.detached = true
			t.broken = append(t.broken, one)
			t.signal()
		}
		return
	}
	t.open = slices.DeleteFunc(t.open, func(o *Tap) bool { return o == one })
	t.forget()
	if why != nil {
		t.o.Logger.Warn("capture has ended; it goes on when the interface is back", "interface", name, "reason", why)
	}
	t.signal()
}

// signal has Run look at what has ended.
func (t *Taps) signal() {
	select {
	case t.free <- struct{}{}:
	default:
	}
}

func (t *Taps) detachBroken() {
	t.mu.Lock()
	broken := t.broken
	t.broken = nil
	t.mu.Unlock()
	for _, one := range broken {
		t.o.Detach(one)
	}
}
