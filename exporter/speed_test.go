package exporter

import (
	"context"
	"math"
	"testing"

	"github.com/sagflow/sagflow/flowtable"
)

// nullEncoder costs next to nothing, so that the session's own cost shows.
type nullEncoder struct{}

func (nullEncoder) Append(dst []byte, limit int, _ Moment, rs []flowtable.Record) Encoded {
	n := min(len(rs), limit/50)
	if n == 0 {
		return Encoded{Datagram: dst}
	}
	return Encoded{Datagram: dst[:50*n], Taken: n, FlowRecords: n}
}
func (nullEncoder) Commit()                {}
func (nullEncoder) Capacity(limit int) int { return limit / 50 }
func (nullEncoder) MinLimit() int          { return 50 }

func nullSession(t testing.TB, options SessionOptions) *Session {
	t.Helper()
	encoder := func(EncoderOptions) (Encoder, error) { return nullEncoder{}, nil }
	s, err := NewSession(encoder, &fakeSink{limit: 1472, discard: true}, options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestNoAllocations: a batch through the group, two sessions and back costs none.
func TestNoAllocations(t *testing.T) {
	for name, queue := range map[string]int{"batches": 0, "records": spareChunks * 256} {
		t.Run(name, func(t *testing.T) { testNoAllocations(t, SessionOptions{QueueRecords: queue}) })
	}
}

func testNoAllocations(t *testing.T, options SessionOptions) {
	g := NewGroup(GroupOptions{}, nullSession(t, options), nullSession(t, options))
	finish := running(t, g)
	rs := records(0, DefaultBatchRecords)
	ctx := context.Background()
	step := func() {
		b := g.Get()
		b.Records = append(b.Records, rs...)
		if err := g.Put(ctx, b); err != nil {
			t.Error(err)
		}
	}
	for range 200 {
		step()
	}
	if n := testing.AllocsPerRun(500, step); n != 0 {
		t.Errorf("%v allocations a batch, want 0", n)
	}
	if err := finish(1 << 40); err != nil {
		t.Error(err)
	}
}

// TestPacingDoesNotAllocate does the same for the pacer's timer.
func TestPacingDoesNotAllocate(t *testing.T) {
	var p pacer
	p.set(50_000_000, 30)
	if n := testing.AllocsPerRun(500, func() { p.wait(1000, nil) }); n != 0 {
		t.Errorf("%v allocations a wait, want 0", n)
	}
}

// BenchmarkSession measures one record through group and session, without encoding and sending.
func BenchmarkSession(b *testing.B) {
	g := NewGroup(GroupOptions{}, nullSession(b, SessionOptions{}))
	go func() { _ = g.Run(context.Background()) }()
	rs := records(0, DefaultBatchRecords)
	ctx := context.Background()
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += len(rs) {
		batch := g.Get()
		batch.Records = append(batch.Records, rs...)
		if err := g.Put(ctx, batch); err != nil {
			b.Fatal(err)
		}
	}
	if err := g.Finish(ctx); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPut measures what a record costs the goroutine that puts it into a queue of records: one that is
// emptied at every eighth batch, one that is full, and one that only grows, where nearly all is the system's
// first use of the memory.
func BenchmarkPut(b *testing.B) {
	for _, queue := range []struct {
		name    string
		records int
		after   func(*backlog)
	}{
		{"steady", 1 << 20, takeAll},
		{"full", 1 << 17, func(*backlog) {}},
		{"grows", math.MaxInt, func(*backlog) {}},
	} {
		b.Run(queue.name, func(b *testing.B) {
			s := nullSession(b, SessionOptions{QueueRecords: queue.records})
			g := NewGroup(GroupOptions{}, s)
			rs := records(0, DefaultBatchRecords)
			ctx := context.Background()
			b.ReportAllocs()
			b.ResetTimer()
			for n := 0; n < b.N; n += len(rs) {
				batch := g.Get()
				batch.Records = append(batch.Records, rs...)
				if err := g.Put(ctx, batch); err != nil {
					b.Fatal(err)
				}
				if n%(8*len(rs)) == 0 {
					queue.after(s.backlog)
				}
			}
		})
	}
}

func takeAll(q *backlog) {
	for c, _, _ := q.take(); c != nil; c, _, _ = q.take() {
		q.giveBack(c)
	}
}
