package config

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/sagflow/sagflow/config/flowlog"
)

// DefaultRetry is how long a Literal waits before it offers its FlowLog again.
const DefaultRetry = time.Minute

// LiteralOptions are a Literal's.
type LiteralOptions struct {
	// FlowLog is what is in force: an Agent's.
	FlowLog flowlog.FlowLog
	// Retry is how long to wait after apply returned an error, DefaultRetry if 0.
	Retry time.Duration
	// Now is the clock of the times in Desired and SourceStatus, nil for time.Now.
	Now func() time.Time
	// Log may be nil.
	Log *slog.Logger
}

// Literal is the Source of a FlowLog that is written in the device's own file. It never changes.
type Literal struct {
	o LiteralOptions

	mu     sync.Mutex
	status SourceStatus
}

// NewLiteral returns a Source that always wants the same FlowLog.
func NewLiteral(o LiteralOptions) *Literal {
	if o.Retry <= 0 {
		o.Retry = DefaultRetry
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Literal{o: o}
}

// Run applies the FlowLog, again every Retry until that succeeds, and then waits for ctx to end.
func (l *Literal) Run(ctx context.Context, apply func(context.Context, Desired) error) error {
	desired := Desired{Bound: true, FlowLog: l.o.FlowLog, Origin: FromFile, Received: l.o.Now()}
	for ctx.Err() == nil {
		err := apply(ctx, desired)
		if err != nil && ctx.Err() != nil {
			break // it was not to be, and nothing is wrong
		}
		l.note(err)
		if err == nil {
			break
		}
		l.o.Log.Error("FlowLog of the configuration file not applied", "error", err, "retry", l.o.Retry)
		wait(ctx, l.o.Retry)
	}
	<-ctx.Done()
	return nil
}

// Status counts the attempts to apply as polls.
func (l *Literal) Status() SourceStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.status
}

func (l *Literal) note(err error) {
	now := l.o.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &l.status
	s.Polls++
	s.LastPoll = now
	if err == nil {
		s.Origin, s.LastGood, s.Error, s.Since = FromFile, now, "", time.Time{}
		return
	}
	s.Failed++
	if s.Error == "" {
		s.Since = now
	}
	s.Error = err.Error()
}

// wait returns after d or when ctx ends.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
