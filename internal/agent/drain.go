package agent

import (
	"context"
	"slices"
	"time"

	"github.com/sagflow/sagflow/config/plan"
	"github.com/sagflow/sagflow/exporter"
)

// Limits of a removed output.
const (
	// drainLimit is how long it may go on sending; what is left then is dropped and counted.
	drainLimit = 10 * time.Second
	// drainGrace is how long a transport may take to come back after that. One that doesn't is left
	// behind.
	drainGrace = time.Second
	// maxClosed bounds how many outputs that have ended are told apart; earlier ones are summed up.
	maxClosed = 64
)

// replace puts members in force from a generation on: new ones run, those that are not among them are
// drained in the background. The reading goroutine calls it when the shards put to group.
func (o *outputs) replace(group *exporter.Group, members []*member, generation int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range members {
		if !slices.Contains(o.inForce, m) {
			m.from = generation
			m.start(o.hurry)
		}
	}
	for _, m := range o.inForce {
		if !slices.Contains(members, m) {
			m.until = generation - 1
			o.draining = append(o.draining, m)
			o.aside.Go(func() { o.drain(m) })
		}
	}
	o.group, o.inForce = group, members
}

// drain finishes a removed output within drainLimit and keeps its counters. One that leaves what remains on
// disk is waited for: after the limit it only writes, and what it has written is not dropped.
func (o *outputs) drain(m *member) {
	ctx, cancel := context.WithTimeout(o.hurry, drainLimit)
	defer cancel()
	finished := make(chan error, 1)
	go func() { finished <- m.Finish(ctx) }()
	left := time.NewTimer(drainLimit + drainGrace)
	defer left.Stop()
	late := left.C
	if m.part == plan.SLSPart {
		late = nil
	}
	var err error
	select {
	case err = <-finished:
	case <-late:
	}
	m.giveUp()
	if lost := o.close(m).Dropped[exporter.DropShutdown].Records; lost > 0 && o.log != nil {
		o.log.Warn("removed output was not drained in time: the rest is dropped and counted",
			"output", m.Name(), "limit", drainLimit.String(), "dropped-records", lost, "error", err)
	}
	if o.told != nil {
		o.told()
	}
}

// close moves a drained output to those that have ended, with the counters of this moment, which it returns: one
// whose transport is stuck may go on counting, and what was told of it while it drained must not be more.
func (o *outputs) close(m *member) exporter.Counters {
	o.mu.Lock()
	defer o.mu.Unlock()
	status := m.status(Ended)
	status.Counters, status.OldestQueued = status.Counters.GivenUp(), 0
	o.draining = slices.DeleteFunc(o.draining, func(d *member) bool { return d == m })
	o.closed = append(o.closed, status)
	if len(o.closed) > maxClosed {
		o.sumUp(&o.closed[0])
		o.closed = slices.Delete(o.closed, 0, 1)
	}
	return status.Counters
}

// sumUp adds an output to the earlier ones of its kind. It is called with the lock held.
func (o *outputs) sumUp(closed *OutputStatus) {
	for i := range o.earlier {
		if e := &o.earlier[i]; e.Kind == closed.Kind {
			e.Until, e.Due, e.Counters = closed.Until, e.Due.Plus(closed.Due), e.Counters.Plus(closed.Counters)
			return
		}
	}
	first := *closed
	first.Counters.Output = "earlier " + closed.Kind + " outputs"
	o.earlier = append(o.earlier, first)
}

// freeStuck puts aside those of the outputs, which are about to be removed, that make a shard wait and
// got rid of nothing for drainLimit: a transport that is stuck must not hold up its own removal. It
// goes on until ctx ends.
func freeStuck(ctx context.Context, members []*member) {
	type progress struct {
		settled uint64
		since   time.Time
	}
	seen := make([]progress, len(members))
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for i := range seen {
		seen[i].since = time.Now()
	}
	for {
		for i, m := range members {
			c := m.Counters()
			if n := c.Settled().Records; n != seen[i].settled || m.waiting.Load() == 0 {
				seen[i] = progress{n, time.Now()}
			} else if time.Since(seen[i].since) >= drainLimit {
				m.putAside()
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
