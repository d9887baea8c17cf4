package exporter

import (
	"context"
	"errors"
	"sync"
)

// Sizes of batches.
const (
	DefaultBatchRecords = 512 // some 45 kB: one channel operation is then below 1 ns a record
	spareBatches        = 64  // kept for reuse beyond what is in use
)

// GroupOptions are the settings of a Group.
type GroupOptions struct {
	// BatchRecords is the capacity of a batch in records; 0 means DefaultBatchRecords.
	BatchRecords int
}

// Group hands each batch to all outputs. Any number of goroutines may Get, Put and Flush.
//
// An output that is slow delays the others once its queue is full, and with them the reader of the
// packets; nothing is lost by it.
type Group struct {
	outputs []Output
	pool    *pool
}

// NewGroup makes a group of outputs, which from now on belong to it.
func NewGroup(options GroupOptions, outputs ...Output) *Group {
	records := options.BatchRecords
	if records <= 0 {
		records = DefaultBatchRecords
	}
	return &Group{outputs: outputs, pool: newPool(spareBatches, records)}
}

// With returns a group of other outputs that shares g's batches: a batch that was got from either may be
// put to either. An output may be in both, so that membership changes while it goes on; then one of
// them runs and finishes it.
func (g *Group) With(outputs ...Output) *Group { return &Group{outputs: outputs, pool: g.pool} }

// Get returns an empty batch. Whoever got it fills it and puts it, or forgets it.
func (g *Group) Get() *Batch { return g.pool.get() }

// Run runs all outputs and returns when all of them ended, with their errors joined. See
// Output.Run for ctx.
func (g *Group) Run(ctx context.Context) error {
	return g.each(func(o Output) error { return o.Run(ctx) })
}

// Put hands the batch to all outputs, one after the other, and no longer belongs to the caller. It
// blocks while an output's queue is full. An error means that an output dropped the records; the
// others have them.
func (g *Group) Put(ctx context.Context, b *Batch) error {
	if len(b.Records) == 0 || len(g.outputs) == 0 {
		b.share(1)
		b.Release()
		return nil
	}
	b.share(len(g.outputs))
	var failed error
	for _, o := range g.outputs {
		if err := o.Put(ctx, b); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// Flush asks all outputs to send what they hold. See Output.Flush.
func (g *Group) Flush(ctx context.Context) error {
	var failed error
	for _, o := range g.outputs {
		if err := o.Flush(ctx); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// Finish finishes all outputs at the same time, so that each has ctx's whole time, and returns
// their errors joined.
func (g *Group) Finish(ctx context.Context) error {
	return g.each(func(o Output) error { return o.Finish(ctx) })
}

// Counters returns the counters of all outputs, in the order of NewGroup.
func (g *Group) Counters() []Counters {
	all := make([]Counters, len(g.outputs))
	for i, o := range g.outputs {
		all[i] = o.Counters()
	}
	return all
}

// each calls f for all outputs at the same time and waits for all.
func (g *Group) each(f func(Output) error) error {
	failed := make([]error, len(g.outputs))
	var all sync.WaitGroup
	for i, o := range g.outputs {
		all.Go(func() { failed[i] = f(o) })
	}
	all.Wait()
	return errors.Join(failed...)
}
