package exporter

import (
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Defaults of SessionOptions.
const (
	DefaultQueue = 16              // batches: 8,192 records, some 700 kB
	DefaultTick  = time.Second     // how late templates and statistics may be while nothing is sent
	quietTime    = 5 * time.Second // hosts report a closed port about once a second (RFC 1812 §4.3.2.8)
)

// SessionOptions are the settings of one session. The zero value is good for replay.
type SessionOptions struct {
	// Name says which output it is in counters and logs; "" means the sink's name.
	Name string
	// Encoder is handed to the encoder's constructor. Its Statistics gives what the metering
	// process ignored, or is nil; the session adds what it did not send. It is called by Run's
	// goroutine.
	Encoder EncoderOptions
	// Rate is the largest number of flow data records a second on the wire, on average; 0 is as
	// fast as possible. It works by delaying: the full queue then slows Put.
	Rate int
	// Queue is the number of batches that wait before Put blocks; 0 means DefaultQueue.
	Queue int
	// QueueRecords, if not 0, is the number of records that may wait, and makes Put never block: where
	// there is no room the oldest are dropped and counted. For live capture, where a blocked reader
	// loses packets. Queue and DropWhenFull then don't matter. The records are copied: memory grows
	// with them, 90 MB for a million, and goes back to the system when they are out; a datagram's worth
	// and 512 more may be on their way besides.
	QueueRecords int
	// DropWhenFull makes Put drop and count a batch when the queue is full, and not block: for
	// live capture, where a blocked reader loses packets.
	DropWhenFull bool
	// MaxDelay is how long records wait for their datagram to fill up, to within a Tick; 0 means
	// until Flush or Finish.
	MaxDelay time.Duration
	// Tick is how often an idle session looks whether templates or statistics are due, and waiting
	// records where MaxDelay isn't shorter; 0 means DefaultTick.
	Tick time.Duration
	// Now is the wall clock by which templates and statistics are repeated; nil means time.Now.
	// With a clock that depends on the input alone the datagrams are the same from run to run.
	Now func() time.Time
	// Clock is the aging clock of the input, in nanoseconds since 1970, and its epoch (Batch.Epoch),
	// for datagrams that go out while no records come; nil means that of the last batch, and nothing
	// is sent before the first one. It is called by Run's goroutine.
	Clock func() (clock int64, epoch uint32)
	// Logger gets what an operator should know; nil is silent.
	Logger *slog.Logger
}

// complete checks the options and fills in the defaults.
func (o SessionOptions) complete(sink Sink) (SessionOptions, error) {
	if o.Rate < 0 {
		return o, fmt.Errorf("export rate %d: want records a second, or 0 for no limit", o.Rate)
	}
	if n := o.Encoder.Sampling; n < 0 || n > MaxSampling {
		return o, fmt.Errorf("sampling of one in %d packets: want 0 to %d", n, MaxSampling)
	}
	if o.Queue < 0 {
		return o, fmt.Errorf("export queue %d: want a number of batches, or 0 for %d", o.Queue, DefaultQueue)
	}
	if o.QueueRecords < 0 {
		return o, fmt.Errorf("export queue of %d records: want a number of records, or 0 for a queue of batches", o.QueueRecords)
	}
	if o.MaxDelay < 0 || o.Tick < 0 {
		return o, errors.New("export delay and tick: want a duration of 0 or more")
	}
	if o.Queue == 0 {
		o.Queue = DefaultQueue
	}
	if o.Name == "" {
		o.Name = sink.String()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Tick == 0 {
		o.Tick = DefaultTick
	}
	return o, nil
}
