package agent

import (
	"context"
	"sync"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/capture/steady"
)

// departure turns the times of live records into wall-clock time when they leave for the outputs: all of a batch by the
// one offset in force, so that a step of the wall clock stretches no record. The lanes share it.
type departure struct {
	timeline *steady.Timeline
	// mu keeps batches in the order of their epochs: an output sees each step once.
	mu sync.Mutex
}

// put hands a batch to the outputs. A nil departure leaves its times alone.
func (s *departure) put(group *exporter.Group, b *exporter.Batch) error {
	if s == nil {
		return group.Put(context.Background(), b)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.timeline.Offset()
	offset := now.Nanoseconds
	b.Clock += offset
	b.Epoch = now.Epoch
	for i := range b.Records {
		r := &b.Records[i]
		r.First += offset
		r.Last += offset
	}
	return group.Put(context.Background(), b)
}
