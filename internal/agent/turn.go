package agent

import (
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
func (e *engine) turn(c *change) error {
	group := e.outputs.group.With(asOutputs(c.members)...)
	at, err := e.turnLanes(c, group)
	if err != nil {
		return err
	}
	d := e.device
	d.ledger.close(at.tally(), e.outputs)
	d.ledger.open(c, e.o.Now())
	e.outputs.replace(group, c.members, d.ledger.generation)
	e.inactive = !c.plan.To.Metering
	return nil
}

// turnLanes makes every shard hand its records to the old outputs, take the new aging times, and go on
// with the new outputs. Where one can't, all go back to what they had.
func (e *engine) turnLanes(c *change, group *exporter.Group) (*position, error) {
	at, err := e.visit(func(l *lane) error { return l.turn(c.plan, group) })
	if err == nil {
		return at, nil
	}
	_, _ = e.visit(func(l *lane) error {
		l.group, l.inactive = e.outputs.group, !c.plan.From.Metering
		return l.retune(c.plan.From.Aging) // they were in force
	})
	return at, err
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
	l.group, l.inactive = group, !p.To.Metering
	return nil
}

func (l *lane) retune(a plan.Aging) error {
	return l.shard.Retune(time.Duration(a.Active)*time.Second, time.Duration(a.Inactive)*time.Second)
}
