package sls

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/client"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// Policy says when a batch goes to disk.
type Policy string

// The policies.
const (
	// OnFailure spools a batch that isn't delivered at the first try.
	OnFailure Policy = "on-failure"
	// Always spools a batch before it is sent.
	Always Policy = "always"
)

// Defaults of SenderOptions.
const (
	DefaultShare           = 0.5
	DefaultAttempts        = 10
	DefaultShutdownTimeout = 30 * time.Second
	DefaultWaiting         = 4
	// shutdownWait is the longest wait while somebody waits for the end.
	shutdownWait = 5 * time.Second
	// senderTick is how often the spool is looked at.
	senderTick = time.Second
)

// Putter sends one log group: a *client.Client.
type Putter interface {
	// Put returns nil only where the batch is acknowledged.
	Put(ctx context.Context, r *client.Request) error
	// Resolve checks a destination and fills in its endpoint.
	Resolve(d spool.Destination) (spool.Destination, error)
	// Refresh reads the credentials anew, and says whether they are others than before.
	Refresh() (changed bool, err error)
}

// SenderOptions are a sender's settings.
type SenderOptions struct {
	// Client sends.
	Client Putter
	// Spool keeps what can't be sent; it stays the caller's, who closes it after Finish. nil means
	// that batches are kept in memory alone, as far as there is room.
	Spool *spool.Spool
	// Policy is OnFailure or Always; "" means OnFailure.
	Policy Policy
	// Share is the part of the requests, from above 0 to below 1, that may go to spooled batches while
	// live ones wait; 0 means DefaultShare.
	Share float64
	// Attempts is how often a batch is tried that is refused for a reason that nobody knows, before it
	// is set aside; 0 means DefaultAttempts.
	Attempts int
	// Waiting is the number of batches in memory of one destination; 0 means DefaultWaiting.
	Waiting int
	// ShutdownTimeout is how long Finish waits; 0 means DefaultShutdownTimeout.
	ShutdownTimeout time.Duration
	// Boot names this start of the device in the batches; "" means a random name.
	Boot string
	// Now is the clock by which batches are named, and age; nil means time.Now.
	Now func() time.Time
	// Random draws from [0, 1) for the waits; nil means math/rand. It is called under a lock.
	Random func() float64
	// Logger gets what an operator should know; nil is silent.
	Logger *slog.Logger
}

func (o SenderOptions) complete() (SenderOptions, error) {
	if o.Client == nil {
		return o, errors.New("sender to Log Service: want a client")
	}
	if o.Policy == "" {
		o.Policy = OnFailure
	}
	if o.Policy != OnFailure && o.Policy != Always {
		return o, fmt.Errorf("spool policy %q: want %s or %s", o.Policy, OnFailure, Always)
	}
	if o.Share == 0 {
		o.Share = DefaultShare
	}
	if !(o.Share > 0 && o.Share < 1) {
		return o, fmt.Errorf("share %v of spooled batches: want above 0 and below 1", o.Share)
	}
	if o.Attempts < 0 || o.Waiting < 0 || o.ShutdownTimeout < 0 {
		return o, fmt.Errorf("%d attempts, %d batches in memory, shutdown timeout %v: want none below 0", o.Attempts, o.Waiting, o.ShutdownTimeout)
	}
	return o.withDefaults(), nil
}

func (o SenderOptions) withDefaults() SenderOptions {
	if o.Attempts == 0 {
		o.Attempts = DefaultAttempts
	}
	if o.Waiting == 0 {
		o.Waiting = DefaultWaiting
	}
	if o.ShutdownTimeout == 0 {
		o.ShutdownTimeout = DefaultShutdownTimeout
	}
	if o.Boot == "" {
		var b [8]byte
		_, _ = rand.Read(b[:]) // it never fails
		o.Boot = hex.EncodeToString(b[:])
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = mathrand.Float64
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}
