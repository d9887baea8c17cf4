package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/plan"
	"github.com/sagflow/sagflow/exporter"
)

// builder makes a part that a state asks for. What it returns sends nothing before it runs.
type builder func(ctx context.Context, s plan.State) (exporter.Output, error)

// outputParts are the parts that are outputs, in the order in which they are built.
var outputParts = [...]plan.Part{plan.NetflowPart, plan.SLSPart}

// buildNetflow opens a session to the FlowLog's collector.
func (e *engine) buildNetflow(ctx context.Context, s plan.State) (exporter.Output, error) {
	o := e.o
	if others := e.exports.Load(); others != nil {
		o = others
	}
	return openSession(ctx, o, Version(s.Netflow.Version), s.Netflow.Address, e.reader.sources())
}

// apply puts what the source wants in force, or returns an error and leaves all as it was.
func (d *device) apply(ctx context.Context, want config.Desired) error {
	d.applying.Store(true)
	defer d.applying.Store(false)
	if d.has(want) {
		return nil
	}
	c, built, err := d.build(ctx, want)
	if err == nil {
		err = d.putInForce(ctx, c)
	}
	if err != nil {
		for _, m := range built {
			err = errors.Join(err, m.discard())
		}
		return d.refuse(want, err)
	}
	d.settle(c)
	return nil
}

// has says that what is wanted is in force already. A change that was refused meanwhile is off the table.
func (d *device) has(want config.Desired) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.answered || !d.desired.Same(want) {
		return false
	}
	d.desired, d.refused = want, nil
	d.board.kick()
	return true
}

// build makes every part that the change adds or restarts. With an error it returns what was built so
// far.
func (d *device) build(ctx context.Context, want config.Desired) (*change, []*member, error) {
	d.mu.Lock()
	c := &change{desired: want, plan: plan.Between(d.desired, want)}
	d.mu.Unlock()
	for _, m := range d.r.outputs.current() {
		if m.part == "" || !c.plan.Ends(m.part) {
			c.members = append(c.members, m)
		}
	}
	var built []*member
	for _, part := range outputParts {
		if !c.plan.Builds(part) {
			continue
		}
		o, err := d.builders[part](ctx, c.plan.To)
		if err != nil {
			return nil, built, fmt.Errorf("build %s: %w", part, err)
		}
		m := newMember(o, part)
		built, c.members = append(built, m), append(c.members, m)
	}
	return c, built, nil
}

// putInForce has the reading goroutine make the change. An output that is to go and is stuck is put
// aside, so that it can't prevent that.
func (d *device) putInForce(ctx context.Context, c *change) error {
	removed := d.r.outputs.current()
	removed = slices.DeleteFunc(removed, func(m *member) bool { return slices.Contains(c.members, m) })
	watch, stop := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() { freeStuck(watch, removed) })
	defer watching.Wait()
	defer stop()
	var failed error
	if err := d.r.visits.do(ctx, func() { failed = d.r.turn(c) }); err != nil {
		return err
	}
	return failed
}

// refuse notes a change that can't be made, and says it once.
func (d *device) refuse(want config.Desired, err error) error {
	if errors.Is(err, errInputEnded) || errors.Is(err, context.Canceled) {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refused == nil || d.refused.Error() != err.Error() {
		d.log.Error("the configuration can't be put in force; what was in force stays",
			"flow-log-id", want.FlowLog.FlowLogId, "generation", d.ledger.current(), "error", err)
	}
	d.refused = err
	d.noteError(err)
	if !d.answered {
		d.why = "the FlowLog can't be put in force"
	}
	d.answer()
	return err
}

// settle notes what came in force, and says it.
func (d *device) settle(c *change) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.r.o.Now()
	if !d.answered || c.plan.Of(plan.MeteringPart) != plan.Keep {
		d.since = now
	}
	d.desired, d.answered, d.refused, d.why = c.desired, true, nil, whyOf(c.desired)
	d.log.Info("configuration in force", "generation", d.ledger.current(), "state", stateOf(c.plan.To.Metering), "why", d.why,
		"flow-log-id", c.desired.FlowLog.FlowLogId, "origin", string(c.desired.Origin), "changed", c.plan.String())
	d.answer()
	d.board.kick()
}

// noteError is called with the lock held.
func (d *device) noteError(err error) {
	d.last.text, d.last.at = err.Error(), d.r.o.Now()
	d.board.kick()
}

// whyOf says why a device is running, or not.
func whyOf(c config.Desired) string {
	name := "the FlowLog"
	if c.FlowLog.FlowLogId != "" {
		name = "FlowLog " + c.FlowLog.FlowLogId
	}
	switch {
	case !c.Bound:
		return "no FlowLog is bound to the device"
	case !c.Runs():
		return name + " is Inactive"
	}
	return name + " is Active"
}
