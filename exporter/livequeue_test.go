package exporter

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestLiveQueueNeverBlocks: the transport is stuck; the oldest that wait are dropped, said once, and
// Put takes no time.
func TestLiveQueueNeverBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &logs{}
		sink := &fakeSink{limit: tenRecords, slow: time.Minute}
		s := started(t, sink, SessionOptions{QueueRecords: 160, Logger: out.logger()})
		begin := time.Now()
		put(t, s, batchOf(1, records(0, 10)...))
		synctest.Wait() // 9 of them are with the transport
		for id := int64(10); id < 1010; id += 10 {
			put(t, s, batchOf(1, records(id, id+10)...))
		}
		if err := s.Flush(context.Background()); err != nil {
			t.Errorf("Flush: %v", err)
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("Put and Flush blocked for %v", took)
		}
		c := s.Counters()
		if c.Dropped[DropQueueFull] != sum(10, 850) || c.Queued != sum(0, 10).Plus(sum(850, 1010)) || !c.Balanced() {
			t.Errorf("counters %+v, want all but the newest 160 and what was on its way dropped", c)
		}
		if got := out.lines("queue is full: the oldest", "hint="); len(got) != 1 {
			t.Errorf("said %d times, want once", len(got))
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if diff := cmp.Diff(append(ids(0, 10), ids(850, 1010)...), sink.records()); diff != "" {
			t.Errorf("records that arrived (-want +got):\n%s", diff)
		}
	})
}

// TestOldestQueued: 10 records a second leave; the age is that of the oldest that has not.
func TestOldestQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: fakeHeader + 3*fakePart}
		s := started(t, sink, SessionOptions{QueueRecords: 1000, Rate: 1})
		wait := func(d time.Duration) {
			time.Sleep(d)
			synctest.Wait()
		}
		if got := s.OldestQueued(); got != 0 {
			t.Errorf("nothing was put, and something waits for %v", got)
		}
		put(t, s, batchOf(1, records(0, 40)...)) // 24 have tokens
		wait(5 * time.Second)
		put(t, s, batchOf(1, records(40, 42)...))
		wait(5 * time.Second)
		if got := s.OldestQueued(); got != 10*time.Second {
			t.Errorf("the oldest waits for %v, want 10 s", got)
		}
		for s.Counters().Queued.Records > 1 {
			if got := s.OldestQueued(); got < 10*time.Second {
				t.Fatalf("the oldest waits for %v while records of the first batch do", got)
			}
			wait(time.Second)
		}
		took := time.Since(s.born)
		if got := s.OldestQueued(); got != took-5*time.Second {
			t.Errorf("the oldest waits for %v, want since 5 s after the start, %v ago", got, took)
		}
		if err := s.Flush(context.Background()); err != nil {
			t.Error(err)
		}
		wait(time.Minute)
		if got := s.OldestQueued(); got != 0 {
			t.Errorf("all is out, and something waits for %v", got)
		}
	})
}

// TestOldestQueuedOfRefused: what is given up doesn't wait any longer.
func TestOldestQueuedOfRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords, answers: []error{&TooLongError{Limit: 1}}}
		s := started(t, sink, SessionOptions{QueueRecords: 1000})
		put(t, s, batchOf(1, records(0, 40)...))
		time.Sleep(time.Second)
		synctest.Wait()
		if got := s.OldestQueued(); got != 0 || s.Counters().Queued.Records != 0 {
			t.Errorf("something waits for %v, counters %+v", got, s.Counters())
		}
	})
}

// TestLiveQueueMaxDelay: a lone record goes out by time.
func TestLiveQueueMaxDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords}
		s := started(t, sink, SessionOptions{QueueRecords: 1000, MaxDelay: time.Second})
		put(t, s, batchOf(1, record(0)))
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := len(sink.records()); got != 1 {
			t.Errorf("%d records went out, want 1", got)
		}
	})
}

func TestLiveQueueFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords}
		s, c := export(t, sink, SessionOptions{QueueRecords: 5000}, batchOf(1, records(0, 700)...), batchOf(2, records(700, 1500)...))
		if c.Acknowledged != sum(0, 1500) {
			t.Errorf("counters %+v, want all acknowledged", c)
		}
		if err := s.Put(context.Background(), batchOf(3, record(7))); !errors.Is(err, ErrFinished) {
			t.Errorf("Put after Finish: %v, want ErrFinished", err)
		}
		if err := s.Flush(context.Background()); !errors.Is(err, ErrFinished) {
			t.Errorf("Flush after Finish: %v, want ErrFinished", err)
		}
		checkFinished(t, s.Counters())
	})
}

// TestLiveQueueFinishInTime: what the time for finishing leaves is dropped and counted.
func TestLiveQueueFinishInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSession(t, &fakeSink{limit: tenRecords}, SessionOptions{QueueRecords: 5000, Rate: 100})
		go func() { _ = s.Run(context.Background()) }()
		for id := int64(0); id < 5000; id += 500 {
			put(t, s, batchOf(1, records(id, id+500)...))
		}
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		if err := s.Finish(ctx); err == nil {
			t.Error("records were dropped, and Finish does not say so")
		}
		c := s.Counters()
		checkFinished(t, c)
		if c.Dropped[DropShutdown].Records < 4500 || s.OldestQueued() != 0 {
			t.Errorf("counters %+v, oldest %v; want what 3 s at 100 a second leave dropped as shutdown", c, s.OldestQueued())
		}
	})
}

// TestLiveQueueReleasesBatches: the batch is free when Put returns, so that none waits in the queue.
func TestLiveQueueReleasesBatches(t *testing.T) {
	s := newSession(t, &fakeSink{limit: tenRecords}, SessionOptions{QueueRecords: 5000})
	g := NewGroup(GroupOptions{}, s)
	b := g.Get()
	b.Records = append(b.Records, record(1))
	if err := g.Put(context.Background(), b); err != nil {
		t.Error(err)
	}
	if got := g.Get(); got != b {
		t.Error("the batch didn't come back")
	}
	if err := s.Finish(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestLiveConservation: several goroutines put more than goes out, and Flush; at any time the sums hold,
// what arrives of each is in its order, and nothing is lost but what was the oldest of a full queue.
func TestLiveConservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 2000).Draw(t, "limit")
		workers := rapid.IntRange(1, 4).Draw(t, "workers")
		sizes := rapid.SliceOfN(rapid.IntRange(1, 600), 1, 12).Draw(t, "batches")
		flush := rapid.IntRange(1, 5).Draw(t, "flush")
		sink := &fakeSink{limit: rapid.IntRange(fakeHeader+2*fakePart, 400).Draw(t, "datagram")}
		s, err := NewSession(newFake, drawSink(t, sink), SessionOptions{QueueRecords: limit})
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "early") {
			go func() { _ = s.Run(context.Background()) }()
		}
		all := putAll(t, s, workers, sizes, flush)
		if c := s.Counters(); !c.Balanced() || c.Queued.Records > c.Put.Records {
			t.Fatalf("the sums don't hold: %+v", c)
		}
		if err := s.Finish(context.Background()); err != nil {
			t.Fatal(err)
		}
		c := s.Counters()
		if !c.Balanced() || c.Queued != (Sum{}) || c.Put != all || c.Dropped.Total() != c.Dropped[DropQueueFull] {
			t.Fatalf("the sums don't hold: put %+v, counters %+v", all, c)
		}
		checkLive(t, sink, c, workers, sizes)
	})
}

// workerRecords parts the identities of the workers.
const workerRecords = 1_000_000

func putAll(t *rapid.T, s *Session, workers int, sizes []int, flush int) Sum {
	var all Sum
	var putters sync.WaitGroup
	for w := range workers {
		first := int64(w) * workerRecords
		for _, n := range sizes {
			all = all.Plus(sum(first, first+int64(n)))
			first += int64(n)
		}
		putters.Go(func() {
			id := int64(w) * workerRecords
			for i, n := range sizes {
				if err := s.Put(context.Background(), batchOf(id, records(id, id+int64(n))...)); err != nil {
					t.Error(err)
				}
				if id += int64(n); i%flush == 0 {
					_ = s.Flush(context.Background())
				}
			}
		})
	}
	putters.Wait()
	return all
}

// checkLive: each worker's records arrive in order, and the last batch's whole if the queue has room for
// all last batches.
func checkLive(t *rapid.T, sink *fakeSink, c Counters, workers int, sizes []int) {
	arrived := make([][]int64, workers)
	got := Sum{}
	for _, id := range sink.records() {
		w := id / workerRecords
		arrived[w] = append(arrived[w], id)
		got = got.Plus(sum(id, id+1))
	}
	if got != c.Acknowledged {
		t.Fatalf("%+v arrived, %+v acknowledged", got, c.Acknowledged)
	}
	total := int64(0)
	for _, n := range sizes {
		total += int64(n)
	}
	newest := false
	for w, all := range arrived {
		if !slices.IsSorted(all) {
			t.Fatalf("the records of worker %d are out of order: %v", w, all)
		}
		newest = newest || len(all) > 0 && all[len(all)-1] == int64(w)*workerRecords+total-1
	}
	if !newest {
		t.Fatal("the newest record of no worker arrived")
	}
}

// TestBurstGivesMemoryBack: 200,000 records come at once and go out; then their memory is back.
func TestBurstGivesMemoryBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const burst, octets = 200_000, 200_000 * 88
		before := heapNow()
		s := newSession(t, &fakeSink{limit: 1472, discard: true}, SessionOptions{QueueRecords: 1 << 20})
		g := NewGroup(GroupOptions{}, s)
		rs := records(0, 500)
		for range burst / len(rs) {
			b := g.Get()
			b.Records = append(b.Records, rs...)
			if err := g.Put(context.Background(), b); err != nil {
				t.Error(err)
			}
		}
		if grown := heapNow() - before; grown < octets || grown > octets*5/4 {
			t.Errorf("the heap grew by %d octets, want %d and little more", grown, octets)
		}
		var collected int
		s.collect = func() { collected++ }
		go func() { _ = s.Run(context.Background()) }()
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if left := heapNow() - before; collected != 1 || left > octets/10 {
			t.Errorf("collected %d times, %d octets are left; want once, and little", collected, left)
		}
		if err := s.Finish(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func heapNow() int64 {
	runtime.GC()
	runtime.GC() // the first one's sweep
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestLiveQueueFlush: what was put before goes out, in full datagrams but for the last.
func TestLiveQueueFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords}
		s := newSession(t, sink, SessionOptions{QueueRecords: 160}) // in chunks of 10
		put(t, s, batchOf(1, records(0, 32)...))
		if err := s.Flush(context.Background()); err != nil {
			t.Error(err)
		}
		go func() { _ = s.Run(context.Background()) }()
		time.Sleep(time.Millisecond)
		synctest.Wait()
		want := []datagram{
			{Clock: 1, Templates: true, Records: ids(0, 9)},
			{Sequence: 9, Clock: 1, Records: ids(9, 19)},
			{Sequence: 19, Clock: 1, Records: ids(19, 29)},
			{Sequence: 29, Clock: 1, Records: ids(29, 32)},
		}
		if diff := cmp.Diff(want, sink.datagrams()); diff != "" {
			t.Errorf("datagrams (-want +got):\n%s", diff)
		}
		if err := s.Finish(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// TestLiveQueuePutWhileFinishing: nothing is taken once the end was asked for, so that it comes.
func TestLiveQueuePutWhileFinishing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSession(t, &fakeSink{limit: tenRecords}, SessionOptions{QueueRecords: 5000, Rate: 100})
		put(t, s, batchOf(1, records(0, 1000)...))
		go func() { _ = s.Finish(context.Background()) }()
		time.Sleep(time.Second)
		if err := s.Put(context.Background(), batchOf(1, records(1000, 1001)...)); !errors.Is(err, ErrFinished) {
			t.Errorf("Put while finishing: %v, want ErrFinished", err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		c := s.Counters()
		checkFinished(t, c)
		if c.Acknowledged != sum(0, 1000) || c.Dropped[DropShutdown] != sum(1000, 1001) {
			t.Errorf("counters %+v, want the late record dropped", c)
		}
	})
}
