package agent

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/sagflow/sagflow/config/plan"
	"github.com/sagflow/sagflow/exporter"
)

// member is an output with its time in force. It is an Output itself, so that what it does when it is
// put aside stays with it.
type member struct {
	exporter.Output
	part plan.Part // "" for what the command line asks for

	from, until int          // generations; until is 0 while in force
	due         exporter.Sum // records of the table in the generations that have ended; guarded by outputs.mu

	waiting atomic.Int32 // shards that are within Put
	aside   atomic.Bool  // given up: what is put is dropped and counted, and nobody need stop for it
	giveUp  context.CancelFunc
	ended   chan struct{} // closed when Run ended
	err     error         // of Run, then
}

func newMember(o exporter.Output, part plan.Part) *member {
	return &member{Output: o, part: part, ended: make(chan struct{}), giveUp: func() {}}
}

// start runs the output in a goroutine of its own. When hurry ends it stops waiting.
func (m *member) start(hurry context.Context) {
	ctx, cancel := context.WithCancel(hurry)
	m.giveUp = cancel
	go func() {
		defer close(m.ended)
		defer cancel()
		m.err = m.Run(ctx)
	}()
}

// Put implements exporter.Output.
func (m *member) Put(ctx context.Context, b *exporter.Batch) error {
	m.waiting.Add(1)
	defer m.waiting.Add(-1)
	if err := m.Output.Put(ctx, b); err != nil && !m.aside.Load() {
		return err
	}
	return nil
}

// Flush implements exporter.Output.
func (m *member) Flush(ctx context.Context) error {
	m.waiting.Add(1)
	defer m.waiting.Add(-1)
	return m.Output.Flush(ctx)
}

// putAside frees the shards that wait for the output, for good.
func (m *member) putAside() {
	m.aside.Store(true)
	m.giveUp()
}

// discard ends an output that was never in force: nothing was put to it, and nothing is sent.
func (m *member) discard() error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := m.Finish(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("close output %q: %w", m.Name(), err)
	}
	return nil
}
