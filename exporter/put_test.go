package exporter

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestFinishInTime: 1000 records at 100 a second need 10 s; the caller gives 3.
func TestFinishInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &logs{}
		sink := &fakeSink{limit: tenRecords}
		s := newSession(t, sink, SessionOptions{Rate: 100, Queue: 100, Logger: out.logger()})
		go func() { _ = s.Run(context.Background()) }()
		for id := int64(0); id < 1000; id += 20 {
			put(t, s, batchOf(1, records(id, id+20)...))
		}
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		begin := time.Now()
		err := s.Finish(ctx)
		if took := time.Since(begin); took != 3*time.Second {
			t.Errorf("Finish took %v, want the 3 s that it has", took)
		}
		c := s.Counters()
		checkFinished(t, c)
		if lost := c.Dropped[DropShutdown].Records; lost < 600 || lost > 700 || c.Acknowledged.Records != 1000-lost {
			t.Errorf("counters %+v, want what 3 s at 100 a second leave dropped as shutdown", c)
		}
		if err == nil || !strings.Contains(err.Error(), "records dropped") {
			t.Errorf("Finish: %v, want an error that counts the dropped records", err)
		}
		last := sink.datagrams()[len(sink.sent)-1]
		if !last.Final {
			t.Errorf("the last datagram is %+v, want the last statistics", last)
		}
		if got := out.lines("records were dropped", "reasons.shutdown="); len(got) != 1 {
			t.Errorf("the loss is said %d times, want once", len(got))
		}
	})
}

func TestFinishWithTimeSendsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords}
		s := newSession(t, sink, SessionOptions{Rate: 100, Queue: 100})
		go func() { _ = s.Run(context.Background()) }()
		put(t, s, batchOf(1, records(0, 1000)...))
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Finish(ctx); err != nil {
			t.Error(err)
		}
		if c := s.Counters(); c.Acknowledged != sum(0, 1000) {
			t.Errorf("counters %+v, want all acknowledged", c)
		}
	})
}

// TestRunEnds: the context of Run ends while records wait for their pace and others for room in
// the queue.
func TestRunEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords}
		s := newSession(t, sink, SessionOptions{Rate: 10, Queue: 1})
		ctx, cancel := context.WithCancel(context.Background())
		go func() { _ = s.Run(ctx) }()
		var refusedPuts int
		var putters sync.WaitGroup
		putters.Go(func() {
			for id := int64(0); id < 1000; id += 100 {
				if err := s.Put(context.Background(), batchOf(1, records(id, id+100)...)); errors.Is(err, ErrFinished) {
					refusedPuts++
				}
			}
		})
		time.Sleep(2 * time.Second)
		cancel()
		putters.Wait()
		if err := s.Finish(context.Background()); err == nil {
			t.Error("Finish: no error although records were dropped")
		}
		c := s.Counters()
		checkFinished(t, c)
		if c.Put != sum(0, 1000) || c.Dropped[DropShutdown].Records < 800 || refusedPuts == 0 {
			t.Errorf("counters %+v, %d puts refused", c, refusedPuts)
		}
	})
}

func TestPutGivesUpWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords, slow: time.Minute}
		s := started(t, sink, SessionOptions{Queue: 1})
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		var failed error
		for id := int64(0); id < 40; id += 10 {
			failed = errors.Join(failed, s.Put(ctx, batchOf(1, records(id, id+10)...)))
		}
		if !errors.Is(failed, context.DeadlineExceeded) {
			t.Errorf("Put with a full queue: %v, want the context's error", failed)
		}
		if c := s.Counters(); c.Dropped[DropShutdown] != sum(20, 40) || c.Put != sum(0, 40) {
			t.Errorf("counters %+v, want what found no room dropped", c)
		}
		if err := s.Flush(ctx); err == nil {
			t.Error("Flush with a full queue and no time: no error")
		}
	})
}

func TestPutAfterFinish(t *testing.T) {
	sink := &fakeSink{limit: tenRecords}
	s, _ := export(t, sink, SessionOptions{}, batchOf(1, records(0, 5)...))
	if err := s.Put(context.Background(), batchOf(2, records(5, 8)...)); !errors.Is(err, ErrFinished) {
		t.Errorf("Put after Finish: %v, want ErrFinished", err)
	}
	if err := s.Flush(context.Background()); !errors.Is(err, ErrFinished) {
		t.Errorf("Flush after Finish: %v, want ErrFinished", err)
	}
	c := s.Counters()
	checkFinished(t, c)
	if c.Dropped[DropShutdown] != sum(5, 8) {
		t.Errorf("counters %+v, want the late records dropped", c)
	}
	if err := s.Finish(context.Background()); err == nil {
		t.Error("Finish again: want the error that records were dropped")
	}
	if sink.closed != 1 {
		t.Errorf("sink closed %d times", sink.closed)
	}
}

func TestFinishWithoutRun(t *testing.T) {
	sink := &fakeSink{limit: tenRecords}
	s := newSession(t, sink, SessionOptions{})
	put(t, s, batchOf(1, records(0, 5)...))
	if err := s.Finish(context.Background()); err != nil {
		t.Error(err)
	}
	if err := s.Run(context.Background()); err != nil {
		t.Errorf("Run after Finish: %v", err)
	}
	if c := s.Counters(); c.Acknowledged != sum(0, 5) || sink.closed != 1 {
		t.Errorf("counters %+v, closed %d times", c, sink.closed)
	}
}

func TestDropWhenFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &logs{}
		sink := &fakeSink{limit: tenRecords, slow: time.Minute}
		s := started(t, sink, SessionOptions{Queue: 2, DropWhenFull: true, Logger: out.logger()})
		put(t, s, batchOf(1, records(0, 10)...))
		synctest.Wait()
		begin := time.Now()
		for id := int64(10); id < 60; id += 10 {
			put(t, s, batchOf(1, records(id, id+10)...))
		}
		if err := s.Flush(context.Background()); err != nil {
			t.Errorf("Flush: %v", err)
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("Put blocked for %v", took)
		}
		if c := s.Counters(); c.Dropped[DropQueueFull] != sum(30, 60) {
			t.Errorf("counters %+v, want what found no room dropped", c)
		}
		if got := out.lines("queue is full"); len(got) != 1 {
			t.Errorf("said %d times, want once", len(got))
		}
	})
}

// TestCountersAtAnyTime reads the sums while several goroutines put.
func TestCountersAtAnyTime(t *testing.T) {
	sink := &fakeSink{limit: tenRecords, discard: true}
	s := newSession(t, sink, SessionOptions{})
	go func() { _ = s.Run(context.Background()) }()
	var putters sync.WaitGroup
	for p := range int64(3) {
		putters.Go(func() {
			for i := range int64(200) {
				put(t, s, batchOf(i, records(100*p, 100*p+37)...))
			}
		})
	}
	all := make(chan struct{})
	go func() { putters.Wait(); close(all) }()
	for open := true; open; {
		select {
		case <-all:
			open = false
		default:
		}
		c := s.Counters()
		if !c.Balanced() || c.Queued.Records > c.Put.Records {
			t.Fatalf("the sums don't hold: %+v", c)
		}
	}
	if err := s.Finish(context.Background()); err != nil {
		t.Error(err)
	}
	checkFinished(t, s.Counters())
}

func TestBatchIsReleased(t *testing.T) {
	g := NewGroup(GroupOptions{BatchRecords: 4})
	sink := &fakeSink{limit: tenRecords}
	s := newSession(t, sink, SessionOptions{Queue: 1})
	b := g.Get()
	b.Records = append(b.Records, record(1))
	b.share(1)
	put(t, s, b)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dropped := g.Get()
	dropped.Records = append(dropped.Records, record(2))
	dropped.share(1)
	if err := s.Put(ctx, dropped); err == nil {
		t.Error("Put with a full queue and no time: no error")
	}
	if got := g.Get(); got != dropped || len(got.Records) != 0 || cap(got.Records) != 4 {
		t.Errorf("the dropped batch didn't come back empty: %+v", got)
	}
	if err := s.Finish(context.Background()); err == nil {
		t.Error("Finish: no error although records were dropped")
	}
	if got := g.Get(); got != b {
		t.Error("the exported batch didn't come back")
	}
}
