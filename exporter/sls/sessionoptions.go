package sls

import (
	"errors"
	"fmt"
	"log/slog"
	"time"
	"unicode/utf8"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// Defaults and bounds of SessionOptions.
const (
	// MaxBatchRecords and MaxBatchOctets are what a log group may have; see the SDK's producer and the
	// service's limit of 10 MB.
	MaxBatchRecords = 4096
	MaxBatchOctets  = 3 << 20
	minBatchOctets  = 64 << 10
	// DefaultBatchAge is how long a record waits for its batch to fill up.
	DefaultBatchAge = 3 * time.Second
	// DefaultQueueRecords is some 6 MB, and what a busy gateway ends in a second.
	DefaultQueueRecords = 1 << 16
)

// SessionOptions are the settings of one session.
type SessionOptions struct {
	// Name says which output it is in counters and logs; "" means SLS and the destination.
	Name string
	// Destination is where the records go. An empty Endpoint means the region's public one.
	Destination spool.Destination
	// Identity is who exports.
	Identity Identity
	// BatchRecords, BatchOctets (before compression) and BatchAge are when a batch is closed; 0 means
	// MaxBatchRecords, MaxBatchOctets and DefaultBatchAge.
	BatchRecords, BatchOctets int
	BatchAge                  time.Duration
	// QueueRecords is the number of records that wait before Put blocks; 0 means DefaultQueueRecords.
	QueueRecords int
	// DropWhenFull makes Put drop and count records when the queue is full, and not block: all but those of a
	// patient batch.
	DropWhenFull bool
	// Patience is how long Put waits while the queue is full and nothing is taken from it; then records
	// are dropped and counted, until it moves again. 0 means without end.
	Patience time.Duration
	// ShutdownTimeout is how long Finish waits for delivery; 0 means the sender's.
	ShutdownTimeout time.Duration
	// Logger gets what an operator should know; nil is silent.
	Logger *slog.Logger
}

func (o SessionOptions) complete(s *Sender) (SessionOptions, error) {
	d, err := s.o.Client.Resolve(o.Destination)
	if err != nil {
		return o, fmt.Errorf("output to Log Service: %w", err)
	}
	o.Destination = d
	if o.BatchRecords < 0 || o.BatchRecords > MaxBatchRecords {
		return o, fmt.Errorf("batch of %d records: want 1 to %d, or 0 for the most", o.BatchRecords, MaxBatchRecords)
	}
	if o.BatchOctets != 0 && (o.BatchOctets < minBatchOctets || o.BatchOctets > MaxBatchOctets) {
		return o, fmt.Errorf("batch of %d octets: want %d to %d, or 0 for the most", o.BatchOctets, minBatchOctets, MaxBatchOctets)
	}
	if o.BatchAge < 0 || o.ShutdownTimeout < 0 || o.QueueRecords < 0 || o.Patience < 0 {
		return o, errors.New("batch age, shutdown timeout, queue and patience: want none below 0")
	}
	if err := o.Identity.check(); err != nil {
		return o, err
	}
	return o.withDefaults(s), nil
}

func (o SessionOptions) withDefaults(s *Sender) SessionOptions {
	if o.Name == "" {
		o.Name = "SLS " + o.Destination.Project + "/" + o.Destination.Logstore
	}
	if o.BatchRecords == 0 {
		o.BatchRecords = MaxBatchRecords
	}
	if o.BatchOctets == 0 {
		o.BatchOctets = MaxBatchOctets
	}
	if o.BatchAge == 0 {
		o.BatchAge = DefaultBatchAge
	}
	if o.QueueRecords == 0 {
		o.QueueRecords = DefaultQueueRecords
	}
	if o.ShutdownTimeout == 0 {
		o.ShutdownTimeout = s.o.ShutdownTimeout
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// maxIdentity bounds the identity's strings, so that one record always fits a batch.
const maxIdentity = 1024

func (id *Identity) check() error {
	for _, f := range [...]struct{ name, value string }{
		{"SAG id", id.InstanceID},
		{"serial number", id.SerialNumber},
		{"account", id.Account},
	} {
		if !utf8.ValidString(f.value) || len(f.value) > maxIdentity {
			return fmt.Errorf("%s %.64q: want at most %d octets of UTF-8", f.name, f.value, maxIdentity)
		}
	}
	return nil
}
