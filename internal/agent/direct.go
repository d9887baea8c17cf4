package agent

import (
	"context"
	"sync"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
)

// direct is an output without a queue: it handles records where they are put. What it can't handle
// is dropped and counted, and the first error stays.
type direct struct {
	name   string
	handle func([]flowtable.Record) error
	finish func() error

	mu       sync.Mutex
	counters exporter.Counters
	failed   error
	finished bool
}

// Name implements exporter.Output.
func (d *direct) Name() string { return d.name }

// Run implements exporter.Output: there is nothing to do in a goroutine of its own.
func (d *direct) Run(context.Context) error { return nil }

// Put implements exporter.Output.
func (d *direct) Put(_ context.Context, b *exporter.Batch) error {
	defer b.Release()
	d.mu.Lock()
	defer d.mu.Unlock()
	sum := exporter.SumOf(b.Records)
	d.counters.Put = d.counters.Put.Plus(sum)
	err := d.failed
	switch {
	case d.finished:
		err = exporter.ErrFinished
	case err == nil:
		err = d.handle(b.Records)
		d.failed = err
	}
	if err != nil {
		drop := &d.counters.Dropped[exporter.DropFailed]
		*drop = drop.Plus(sum)
		return err
	}
	d.counters.Acknowledged = d.counters.Acknowledged.Plus(sum)
	d.counters.FlowRecords += sum.Records
	return nil
}

// Flush implements exporter.Output.
func (d *direct) Flush(context.Context) error { return nil }

// Finish implements exporter.Output.
func (d *direct) Finish(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.finished || ctx.Err() != nil && d.counters.Put.Records == 0 {
		return nil // an output that never ran has nothing to say
	}
	d.finished = true
	return d.finish()
}

// Counters implements exporter.Output.
func (d *direct) Counters() exporter.Counters {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.counters
	c.Output = d.name
	return c
}
