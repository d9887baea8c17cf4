package exporter

import (
	"context"
	"errors"
)

// ErrFinished is returned by Put after the output was finished.
var ErrFinished = errors.New("output is finished")

// Output takes batches of records to one destination: a Session to a collector, a file of JSON
// lines, a log service. Put and Flush may be called by several goroutines; Counters at any time.
type Output interface {
	// Name says which output it is in counters and logs: "V9 192.0.2.1:2055".
	Name() string
	// Run does the output's work until Finish was called and all is out. When ctx ends first, it
	// gives up waiting: what is left is dropped and counted. It is called once, in a goroutine of
	// its own.
	Run(ctx context.Context) error
	// Put hands over a batch, which the output releases (Batch.Release) when it has read the
	// records, also when it returns an error. It keeps the batches' order and blocks while the
	// output's queue is full. Each record is counted from here on: if ctx ends before there is
	// room, as dropped. An error says that the records were dropped.
	Put(ctx context.Context, b *Batch) error
	// Flush asks that all records put before go out now, also in datagrams that aren't full. It
	// blocks as Put does, but doesn't wait for the records to be out.
	Flush(ctx context.Context) error
	// Finish sends all that is queued, waits for it and closes the output. When ctx ends first,
	// the rest is dropped and counted, and an error tells how much. No Put may follow.
	Finish(ctx context.Context) error
	// Counters is a consistent copy of the output's sums.
	Counters() Counters
}
