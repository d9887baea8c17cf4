package agent

import (
	"context"
	"sync"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/flowlog"
)

// Literal is the config.Source of a FlowLog that is written in the device's own file: it never changes.
// What can't be put in force is tried again.
type Literal struct {
	want config.Desired

	mu     sync.Mutex
	status config.SourceStatus
}

var _ config.Source = (*Literal)(nil)

// NewLiteral returns the source of a FlowLog that was read at a time.
func NewLiteral(f flowlog.FlowLog, read time.Time) *Literal {
	return &Literal{want: config.Desired{Bound: true, FlowLog: f, Origin: config.FromFile, Received: read}}
}

// The waits between two tries.
const (
	literalRetry    = time.Second
	literalMaxRetry = time.Minute
)

// Run implements config.Source.
func (l *Literal) Run(ctx context.Context, apply func(context.Context, config.Desired) error) error {
	for wait := literalRetry; ctx.Err() == nil; wait = min(2*wait, literalMaxRetry) {
		if err := apply(ctx, l.want); l.note(err) {
			<-ctx.Done()
			return nil
		}
		pause(ctx, wait)
	}
	return nil
}

// note keeps the outcome of a try, and says whether it was good.
func (l *Literal) note(err error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		l.status = config.SourceStatus{Origin: config.FromFile, LastGood: l.want.Received}
		return true
	}
	if l.status.Error == "" {
		l.status.Since = time.Now()
	}
	l.status.Error = err.Error()
	return false
}

// Status implements config.Source.
func (l *Literal) Status() config.SourceStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.status
}

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) { sleep(ctx, d, nil) }
