package exporter

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func running(t *testing.T, g *Group) func(time.Duration) error {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- g.Run(context.Background()) }()
	return func(give time.Duration) error {
		ctx, cancel := context.WithTimeout(context.Background(), give)
		defer cancel()
		return errors.Join(g.Finish(ctx), <-ended)
	}
}

func fill(g *Group, clock, from, to int64) *Batch {
	b := g.Get()
	b.Clock = clock
	b.Records = append(b.Records, records(from, to)...)
	return b
}

// TestGroupFeedsAll: one output is slow, one loses datagrams, one is fast; each gets all.
func TestGroupFeedsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &fakeSink{limit: tenRecords, slow: 50 * time.Millisecond}
		lossy := &fakeSink{limit: tenRecords, answers: []error{nil, forbidden}}
		fast := &fakeSink{limit: 2 * tenRecords}
		g := NewGroup(
			GroupOptions{BatchRecords: 16},
			newSession(t, slow, SessionOptions{Name: "slow", Queue: 1}),
			newSession(t, lossy, SessionOptions{Name: "lossy"}),
			newSession(t, fast, SessionOptions{Name: "fast"}),
		)
		finish := running(t, g)
		for id := int64(0); id < 800; id += 16 {
			if err := g.Put(context.Background(), fill(g, id, id, id+16)); err != nil {
				t.Error(err)
			}
		}
		if err := g.Flush(context.Background()); err != nil {
			t.Error(err)
		}
		if err := finish(time.Hour); err != nil {
			t.Error(err)
		}
		for _, c := range g.Counters() {
			checkFinished(t, c)
			lost := c.Dropped.Total()
			if c.Put != sum(0, 800) || c.Acknowledged.Plus(lost) != sum(0, 800) || (c.Output == "lossy") != (lost.Records == 10) {
				t.Errorf("counters %+v", c)
			}
		}
		for _, sink := range []*fakeSink{slow, fast} {
			if diff := cmp.Diff(ids(0, 800), sink.records()); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
		}
	})
}

func TestGroupFinishGivesEachTheWholeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var outputs []Output
		for range 3 {
			outputs = append(outputs, newSession(t, &fakeSink{limit: tenRecords}, SessionOptions{Rate: 100, Queue: 50}))
		}
		g := NewGroup(GroupOptions{}, outputs...)
		finish := running(t, g)
		for id := int64(0); id < 600; id += 20 {
			if err := g.Put(context.Background(), fill(g, 1, id, id+20)); err != nil {
				t.Error(err)
			}
		}
		if err := finish(7 * time.Second); err != nil {
			t.Errorf("6 s of sending each: %v, want 7 s to be enough for all", err)
		}
	})
}

func TestGroupPutFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		well := &fakeSink{limit: tenRecords}
		g := NewGroup(GroupOptions{}, newSession(t, &fakeSink{limit: tenRecords, slow: time.Hour}, SessionOptions{Name: "stuck", Queue: 1}),
			newSession(t, well, SessionOptions{Name: "well"}))
		finish := running(t, g)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		failed := 0
		for id := int64(0); id < 100; id += 20 {
			if err := g.Put(ctx, fill(g, 1, id, id+20)); errors.Is(err, context.DeadlineExceeded) {
				failed++
			}
		}
		if err := g.Flush(ctx); err == nil {
			t.Error("Flush: no error of the output that is stuck")
		}
		if err := finish(time.Second); err == nil || failed != 3 {
			t.Errorf("%d puts failed, want 3; Finish: %v, want an error", failed, err)
		}
		for _, c := range g.Counters() {
			checkFinished(t, c)
		}
		if diff := cmp.Diff(ids(0, 100), well.records()); diff != "" {
			t.Errorf("records of the other output (-want +got):\n%s", diff)
		}
	})
}

func TestGroupReusesBatches(t *testing.T) {
	g := NewGroup(GroupOptions{})
	b := fill(g, 5, 0, 3)
	b.Epoch = 2
	if cap(b.Records) != DefaultBatchRecords {
		t.Errorf("capacity %d, want %d", cap(b.Records), DefaultBatchRecords)
	}
	if err := g.Put(context.Background(), b); err != nil {
		t.Error(err)
	}
	if got := g.Get(); got != b || len(got.Records) != 0 || got.Clock != 0 || got.Epoch != 0 {
		t.Errorf("got %+v, want the same batch, empty", got)
	}
	if err := g.Put(context.Background(), b); err != nil {
		t.Error(err)
	}
	if err := errors.Join(g.Flush(context.Background()), g.Finish(context.Background()), g.Run(context.Background())); err != nil || len(g.Counters()) != 0 {
		t.Errorf("a group without outputs: %v", err)
	}
}

// TestGroupOfManyPutters is for the race detector.
func TestGroupOfManyPutters(t *testing.T) {
	g := NewGroup(GroupOptions{BatchRecords: 32},
		newSession(t, &fakeSink{limit: tenRecords, discard: true}, SessionOptions{Queue: 1}),
		newSession(t, &fakeSink{limit: tenRecords, discard: true}, SessionOptions{}))
	finish := running(t, g)
	var putters sync.WaitGroup
	for range 4 {
		putters.Go(func() {
			for i := range int64(300) {
				if err := g.Put(context.Background(), fill(g, i, i, i+30)); err != nil {
					t.Error(err)
				}
				if i%50 == 0 {
					_ = g.Flush(context.Background())
					g.Counters()
				}
			}
		})
	}
	putters.Wait()
	if err := finish(time.Minute); err != nil {
		t.Error(err)
	}
	for _, c := range g.Counters() {
		checkFinished(t, c)
		if c.Acknowledged.Records != 4*300*30 {
			t.Errorf("counters %+v, want all acknowledged", c)
		}
	}
}

// Groups that share batches and an output: each output gets what was put while it was a member.
func TestGroupWith(t *testing.T) {
	sinks := [3]*fakeSink{{limit: tenRecords}, {limit: tenRecords}, {limit: tenRecords}}
	var sessions [3]*Session
	for i, sink := range sinks {
		sessions[i] = newSession(t, sink, SessionOptions{})
	}
	first := NewGroup(GroupOptions{}, sessions[0], sessions[1])
	second := first.With(sessions[1], sessions[2])
	none := second.With()
	for i, g := range []*Group{first, second, none} {
		id := int64(10 * i)
		if err := g.Put(t.Context(), fill(first, id, id, id+10)); err != nil {
			t.Error(err)
		}
	}
	for i, s := range sessions {
		if err := s.Finish(t.Context()); err != nil {
			t.Error(err)
		}
		if got, want := len(sinks[i].records()), []int{10, 20, 10}[i]; got != want {
			t.Errorf("output %d has %d records, want %d", i, got, want)
		}
	}
	if b := none.Get(); b.home != first.pool || len(b.Records) != 0 {
		t.Error("the groups do not share their batches")
	}
}

// An output that is ended before anything was asked of it sends nothing.
func TestFinishUnused(t *testing.T) {
	sink := &fakeSink{limit: tenRecords}
	s := newSession(t, sink, SessionOptions{Clock: func() (int64, uint32) { return 1, 0 }})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Finish(ctx); err != nil || len(sink.sent) != 0 || sink.closed != 1 {
		t.Errorf("error %v, %d datagrams, closed %d times; want none, none, once", err, len(sink.sent), sink.closed)
	}
}

// A transport that never comes back does not hold up who waits to put, once the time is over.
func TestPutWhileTheTransportIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSession(t, &fakeSink{limit: tenRecords, slow: time.Hour}, SessionOptions{Queue: 1})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		go func() { _ = s.Run(ctx) }()
		var err error
		start := time.Now()
		for i := int64(0); err == nil && i < 5; i++ {
			err = s.Put(context.Background(), batchOf(i, records(10*i, 10*i+10)...))
		}
		if took := time.Since(start); !errors.Is(err, ErrFinished) || took != time.Second {
			t.Errorf("error %v after %v, want ErrFinished after a second", err, took)
		}
		if err := s.Finish(context.Background()); err == nil {
			t.Error("records were dropped, and Finish does not say so")
		}
		c := s.Counters()
		checkFinished(t, c)
	})
}
