package agent

import (
	"context"
	"net/netip"
	"sync"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture/steady"
)

// departure turns the times of live records into wall-clock time when they leave for the outputs: all of a batch by the
// one offset in force, so that a step of the wall clock stretches no record. The lanes share it.
type departure struct {
	timeline *steady.Timeline
	outports func(dst []netip.Addr, out []uint32) // nil: they aren't looked up
	// mu keeps batches in the order of their epochs: an output sees each step once.
	mu sync.Mutex
}

// put hands a batch to the outputs. A nil departure leaves its times alone.
func (s *departure) put(group *exporter.Group, b *exporter.Batch) error {
	if s == nil {
		return group.Put(context.Background(), b)
	}
	if s.outports != nil {
		s.lookUp(b.Records)
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

// lookUp fills in by which interface the packets of incoming flows leave.
func (s *departure) lookUp(records []flowtable.Record) {
	dst := make([]netip.Addr, 0, len(records))
	for i := range records {
		if r := &records[i]; r.Direction == flowtable.Ingress {
			dst = append(dst, r.DstAddr())
		}
	}
	out := make([]uint32, len(dst))
	s.outports(dst, out)
	next := 0
	for i := range records {
		if r := &records[i]; r.Direction == flowtable.Ingress {
			r.Output = out[next]
			next++
		}
	}
}
