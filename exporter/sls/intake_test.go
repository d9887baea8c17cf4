package sls

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
)

func several(n int) []flowtable.Record {
	all := make([]flowtable.Record, n)
	for i := range all {
		all[i] = record4()
	}
	return all
}

// More than the limit is taken only where nothing else waits, so that no batch is too large for it.
func TestIntakeIsBoundedInRecords(t *testing.T) {
	for _, c := range []struct {
		waiting, more int
		want          admission
	}{
		{0, 1, admitted},
		{0, 100, admitted},
		{9, 1, admitted},
		{10, 1, noRoom},
		{5, 6, noRoom},
		{100, 1, noRoom},
		{10, 0, admitted},
	} {
		q := newIntake(10)
		q.put(several(c.waiting))
		if got, _, _ := q.put(several(c.more)); got != c.want {
			t.Errorf("%d more than %d: %d, want %d", c.more, c.waiting, got, c.want)
		}
	}
}

func TestIntakeEnds(t *testing.T) {
	q := newIntake(10)
	q.put(several(2))
	q.ask(true)
	if a, _, _ := q.put(several(1)); a != over {
		t.Error("takes records behind the last")
	}
	records, flush, last := q.take(nil)
	if len(records) != 2 || !flush || !last {
		t.Errorf("%d records, %v, %v", len(records), flush, last)
	}
	if left := q.close(); left != (exporter.Sum{}) || q.ask(false) != over {
		t.Errorf("%+v left", left)
	}
}

// Whatever order puts, takes and the end come in, each record is taken, refused, or left at the end.
func TestIntakeLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := newIntake(rapid.IntRange(1, 50).Draw(t, "limit"))
		put, refused, took := 0, 0, 0
		var spare []flowtable.Record
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "take") {
				records, _, _ := q.take(spare)
				took, spare = took+len(records), records
				continue
			}
			n := rapid.IntRange(0, 60).Draw(t, "records")
			put += n
			if a, _, _ := q.put(several(n)); a != admitted {
				refused += n
			}
		}
		if left := q.close(); put != took+refused+int(left.Records) {
			t.Fatalf("%d put, %d taken, %d refused, %d left", put, took, refused, left.Records)
		}
	})
}

func TestIntakeIsShared(t *testing.T) {
	q := newIntake(100)
	var all sync.WaitGroup
	var refused, took int
	var mu sync.Mutex
	for range 4 {
		all.Go(func() {
			for range 200 {
				if a, _, _ := q.put(several(7)); a != admitted {
					mu.Lock()
					refused += 7
					mu.Unlock()
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	for ended := false; !ended; {
		select {
		case <-q.woken:
		case <-done:
			ended = true
		}
		records, _, _ := q.take(nil)
		took += len(records)
	}
	if took+refused != 4*200*7 {
		t.Errorf("%d taken + %d refused", took, refused)
	}
}

// With Patience the first Put waits, those behind it don't, until something moves.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Session{
			o: SessionOptions{QueueRecords: 2, Patience: 5 * time.Second}, intake: newIntake(2), aborted: make(chan struct{}),
		}
		try := func(want exporter.DropReason, waits time.Duration) {
			t.Helper()
			began := time.Now()
			got, err := s.enqueue(context.Background(), &exporter.Batch{Records: several(1)})
			if got != want || time.Since(began) != waits || err != nil {
				t.Errorf("%v after %v, %v; want %v after %v", got, time.Since(began), err, want, waits)
			}
		}
		try(exporter.NotDropped, 0)
		try(exporter.NotDropped, 0)
		try(exporter.DropQueueFull, 5*time.Second)
		try(exporter.DropQueueFull, 0)
		time.AfterFunc(time.Second, func() { s.intake.take(nil) })
		try(exporter.DropQueueFull, 0)
		time.Sleep(2 * time.Second)
		try(exporter.NotDropped, 0)
		try(exporter.NotDropped, 0)
		time.AfterFunc(time.Second, func() { s.intake.take(nil) })
		try(exporter.NotDropped, time.Second)
		time.AfterFunc(time.Second, func() { close(s.aborted) })
		try(exporter.NotDropped, 0)
		if got, err := s.enqueue(context.Background(), &exporter.Batch{Records: several(1)}); got != exporter.DropShutdown || !errors.Is(err, exporter.ErrFinished) {
			t.Errorf("%v, %v", got, err)
		}
	})
}

// TestPatientBatch: where records are dropped for a full queue, those of a patient batch wait for room, with an end
// where nothing moves.
func TestPatientBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Session{
			o:      SessionOptions{QueueRecords: 2, DropWhenFull: true, Patience: 5 * time.Second},
			intake: newIntake(2), aborted: make(chan struct{}),
		}
		try := func(patient bool, want exporter.DropReason, waits time.Duration) {
			t.Helper()
			began := time.Now()
			got, err := s.enqueue(context.Background(), &exporter.Batch{Records: several(1), Patient: patient})
			if got != want || time.Since(began) != waits || err != nil {
				t.Errorf("%v after %v, %v; want %v after %v", got, time.Since(began), err, want, waits)
			}
		}
		try(false, exporter.NotDropped, 0)
		try(true, exporter.NotDropped, 0)
		try(false, exporter.DropQueueFull, 0)
		time.AfterFunc(time.Second, func() { s.intake.take(nil) })
		try(true, exporter.NotDropped, time.Second)
		try(true, exporter.NotDropped, 0)
		try(true, exporter.DropQueueFull, 5*time.Second)
	})
}
