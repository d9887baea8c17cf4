package agent

import (
	"errors"
	"sync"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/plan"
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
)

// change is a configuration with all that it needs, built and ready. It takes effect at one position of
// the input.
type change struct {
	desired config.Desired
	plan    plan.Plan
	members []*member // all outputs that are to be in force
}

// turn puts a change in force, or returns an error and leaves all as it was. The reading goroutine calls
// it between two packets.
func (r *Replay) turn(c *change) error {
	group := r.outputs.group.With(asOutputs(c.members)...)
	table, err := r.turnLanes(c, group)
	if err != nil {
		return err
	}
	d := r.device
	d.ledger.close(r.tally(&table), r.outputs)
	d.ledger.open(c, r.o.Now())
	r.outputs.replace(group, c.members, d.ledger.generation)
	r.inactive = !c.plan.To.Metering
	return nil
}

// turnLanes makes every shard hand its records to the old outputs, take the new aging times, and go on
// with the new outputs. Where one can't, all go back to what they had.
func (r *Replay) turnLanes(c *change, group *exporter.Group) (flowtable.Counters, error) {
	var mu sync.Mutex
	var failed error
	var table flowtable.Counters
	r.lanes.visit(r.clock.Now(), func(l *lane) {
		err := l.turn(c.plan, group)
		counters := l.shard.Counters()
		mu.Lock()
		defer mu.Unlock()
		failed = errors.Join(failed, err)
		table.Add(&counters)
	})
	if failed == nil {
		return table, nil
	}
	r.lanes.visit(r.clock.Now(), func(l *lane) {
		l.group = r.outputs.group
		_ = l.retune(c.plan.From.Aging) // they were in force
	})
	return table, failed
}

// turn does a plan's part of one lane.
func (l *lane) turn(p plan.Plan, group *exporter.Group) error {
	if !p.To.Metering {
		l.flush(flowtable.ForcedEnd)
	}
	l.put()
	if p.To.Metering && p.Of(plan.AgingPart) != plan.Keep {
		if err := l.retune(p.To.Aging); err != nil {
			return err
		}
	}
	l.group = group
	return nil
}

func (l *lane) retune(a plan.Aging) error {
	return l.shard.Retune(time.Duration(a.Active)*time.Second, time.Duration(a.Inactive)*time.Second)
}
