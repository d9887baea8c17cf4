package links

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture/rtnetlink"
)

// settle is how long notifications gather before the links are dumped.
const settle = 20 * time.Millisecond

// Follower follows the interfaces of one namespace.
type Follower struct {
	options Options
	conn    *rtnetlink.Conn
	events  *rtnetlink.Events
	closed  atomic.Bool

	patterns atomic.Pointer[Patterns]
	replaced atomic.Bool // patterns are others than were looked by
	wake     atomic.Pointer[context.CancelFunc]

	speeds  speeds
	failing bool
	untold  bool // Changed is to be told, also of what it knows
	now     atomic.Pointer[snapshot]
}

// New opens a Follower of the network namespace of the calling thread: Run and all else may be
// called from any. It sees nothing before Run does.
func New(o Options) (*Follower, error) {
	if o.Rescan <= 0 {
		o.Rescan = DefaultRescan
	}
	if o.Changed == nil {
		o.Changed = func([]Link) {}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	conn, err := rtnetlink.Dial()
	if err != nil {
		return nil, err
	}
	events, err := rtnetlink.Listen(unix.RTMGRP_LINK)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	f := &Follower{options: o, conn: conn, events: events}
	f.patterns.Store(&o.Patterns)
	f.now.Store(&snapshot{})
	return f, nil
}

// Close releases a Follower that is not run. Run does so itself when it ends.
func (f *Follower) Close() error {
	if f.closed.Swap(true) {
		return nil
	}
	return errors.Join(f.conn.Close(), f.events.Close())
}

// Run follows until the context ends, and returns nil then. Where not even the first look succeeds
// it returns that error; later ones are logged, what was seen before stays, and it looks again after
// Options.Rescan. It is called once.
func (f *Follower) Run(ctx context.Context) error {
	if f.closed.Load() {
		return fmt.Errorf("follow interfaces: %w", os.ErrClosed)
	}
	defer func() { _ = f.Close() }() // two sockets, of which nothing is lost
	now, err := f.look()
	if err != nil {
		return err
	}
	f.options.Changed(now)
	for {
		if err := f.pause(ctx); err != nil {
			return ended(ctx, err)
		}
		f.follow()
	}
}

// SetPatterns replaces the patterns. Run looks at once, and tells Changed, also where the same links match. It may be
// called by any goroutine.
func (f *Follower) SetPatterns(p Patterns) {
	f.patterns.Store(&p)
	f.replaced.Store(true)
	if wake := f.wake.Load(); wake != nil {
		(*wake)()
	}
}

// pause waits until it is time to look, or until the patterns are replaced.
func (f *Follower) pause(ctx context.Context) error {
	waiting, wake := context.WithCancel(ctx)
	defer wake()
	f.wake.Store(&wake) // before the look at replaced, which is set before wake is called
	if f.replaced.Load() {
		return nil
	}
	err := f.wait(waiting)
	if err != nil && ctx.Err() == nil && waiting.Err() != nil {
		return nil
	}
	return err
}

// wait waits until it is time to look.
func (f *Follower) wait(ctx context.Context) error {
	came, err := f.events.Wait(ctx, f.options.Rescan)
	if err != nil || !came {
		return err
	}
	_, err = f.events.Settle(ctx, settle)
	return err
}

// ended is nil where it was the context that ended the waiting.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// follow looks, and tells Changed of what is other than before.
func (f *Follower) follow() {
	before := f.now.Load().matching
	f.untold = f.replaced.Swap(false) || f.untold
	now, err := f.look()
	f.report(err)
	if err == nil && (f.untold || !slices.Equal(before, now)) {
		f.untold = false
		f.options.Changed(now)
	}
}

// look dumps the links and makes the snapshot that others read.
func (f *Follower) look() ([]Link, error) {
	list, err := scan(f.conn)
	if err != nil {
		return nil, err
	}
	matching := f.speeds.complete(list, f.patterns.Load().Match)
	f.now.Store(&snapshot{matching, names(f.now.Load().names, list)})
	return matching, nil
}

// names maps indexes to names. Where nothing is new that is the map from before.
func names(before map[uint32]string, list []seen) map[uint32]string {
	now := make(map[uint32]string, len(list))
	for _, l := range list {
		now[uint32(l.Index)] = l.Name
	}
	if maps.Equal(before, now) {
		return before
	}
	return now
}

// report logs the first of several failures, and their end.
func (f *Follower) report(err error) {
	switch {
	case err != nil && !f.failing:
		f.options.Logger.Warn("can't see the interfaces; those known so far are taken to be as they were", "error", err, "again in", f.options.Rescan)
	case err == nil && f.failing:
		f.options.Logger.Info("the interfaces can be seen again")
	}
	f.failing = err != nil
}

// Links are the matching links, as Run saw them last, sorted by index. It may be called by any
// goroutine; the slice is to be read only.
func (f *Follower) Links() []Link { return f.now.Load().matching }

// Names are the names of all links by index, matching or not, as Run saw them last. It may be
// called by any goroutine and costs nothing; the map is to be read only, and is the same one until a
// name changes.
func (f *Follower) Names() map[uint32]string { return f.now.Load().names }
