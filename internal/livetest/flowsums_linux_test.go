package livetest

import (
	"context"
	"sync"
	"testing"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/collector"
	"github.com/sagflow/sagflow/internal/testutil"
)

// flowSums is a collector in a namespace that sums up what arrives, and keeps the records of the steady flows.
type flowSums struct {
	t    *testing.T
	end  context.CancelFunc
	done chan error

	mu     sync.Mutex
	sum    flowtable.Record // packets and octets of all
	count  uint64           // records
	steady []flowtable.Record
}

func newFlowSums(t *testing.T, ns *testutil.Namespace) *flowSums {
	t.Helper()
	s := &flowSums{t: t, done: make(chan error, 1)}
	// The buffer is so large that what comes while this process waits for a processor is not lost.
	server := collector.NewServer(collector.ServerOptions{Listen: "127.0.0.1:9995", ReceiveBuffer: 512 << 20, Sink: s})
	ns.Do(func() {
		t.Helper()
		if _, err := server.Open(); err != nil {
			t.Fatal(err)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	s.end = cancel
	go func() { s.done <- server.Run(ctx) }()
	return s
}

// Write implements collector.Sink.
func (s *flowSums) Write(flows []collector.Flow) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range flows {
		r := &flows[i].Record
		s.count++
		s.sum.Packets += r.Packets
		s.sum.Octets += r.Octets
		if isSteady(r) {
			s.steady = append(s.steady, *r)
		}
	}
	return nil
}

// isSteady says that a record is of a flow that steady sends.
func isSteady(r *flowtable.Record) bool {
	return r.IPVersion == 4 && r.Src[0] == 192 && r.Src[1] == 0 && r.Src[2] == 2
}

// Flush implements collector.Sink.
func (*flowSums) Flush() error { return nil }

// Close implements collector.Sink.
func (*flowSums) Close() error { return nil }

// finish reads what the socket holds, and ends.
func (s *flowSums) finish() {
	s.t.Helper()
	s.end()
	if err := <-s.done; err != nil {
		s.t.Error(err)
	}
}
