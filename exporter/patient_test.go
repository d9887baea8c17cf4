package exporter

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// patientBatch is a batch for which nobody hurries.
func patientBatch(from, to int64) *Batch {
	b := batchOf(to, records(from, to)...)
	b.Patient = true
	return b
}

// TestPatientBatches: at a rate that is far below what is put, through a queue that has room for the least of it, all
// arrives: in its order, from two workers, and behind what was put in a hurry.
func TestPatientBatches(t *testing.T) {
	for _, limit := range []int{1, 2, 160, 5000} {
		synctest.Test(t, func(t *testing.T) {
			sink := &fakeSink{limit: tenRecords}
			s := started(t, sink, SessionOptions{QueueRecords: limit, Rate: 100})
			put(t, s, batchOf(1, record(0)))
			done := make(chan struct{})
			for worker := range int64(2) {
				go func() {
					for from := 1 + 10_000*worker; from <= 10_000*worker+5000; from += 500 {
						put(t, s, patientBatch(from, from+500))
					}
					done <- struct{}{}
				}()
			}
			begin := time.Now()
			<-done
			<-done
			if took := time.Since(begin); took < time.Minute {
				t.Errorf("queue of %d: Put took %v, want about as long as 10,000 records at 100 a second", limit, took)
			}
			if err := s.Finish(context.Background()); err != nil {
				t.Error(err)
			}
			c := s.Counters()
			if c.Acknowledged.Records != 10_001 || c.Dropped.Total().Records != 0 || !c.Balanced() {
				t.Errorf("queue of %d: counters %+v, want all 10,001 acknowledged", limit, c)
			}
			var of [2][]int64
			for _, id := range sink.records() {
				of[id/10_000] = append(of[id/10_000], id)
			}
			want := [2][]int64{ids(0, 5001), ids(10_001, 15_001)}
			if diff := cmp.Diff(want, of); diff != "" {
				t.Errorf("queue of %d: records of each worker (-want +got):\n%s", limit, diff)
			}
		})
	}
}

// TestPatientBatchAbort: who waits is freed by the second signal, and what it had left is counted.
func TestPatientBatchAbort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		s := newSession(t, &fakeSink{limit: tenRecords}, SessionOptions{QueueRecords: 1000, Rate: 10})
		go func() { _ = s.Run(ctx) }()
		failed := make(chan error)
		go func() { failed <- s.Put(context.Background(), patientBatch(0, 5000)) }()
		time.Sleep(20 * time.Second)
		cancel()
		if err := <-failed; !errors.Is(err, ErrFinished) {
			t.Errorf("Put: %v, want ErrFinished", err)
		}
		_ = s.Finish(ctx)
		c := s.Counters()
		if got := c.Acknowledged.Records; got < 100 || got > 400 {
			t.Errorf("%d records went out in 20 s at 10 a second", got)
		}
		if c.Acknowledged.Plus(c.Dropped[DropShutdown]) != sum(0, 5000) || !c.Balanced() {
			t.Errorf("counters %+v: want all acknowledged or dropped at the end", c)
		}
	})
}

// TestPatientBatchStuck: the second signal also frees who waits for a session whose transport is stuck.
func TestPatientBatchStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		s := newSession(t, &fakeSink{limit: tenRecords, slow: time.Hour}, SessionOptions{QueueRecords: 1000})
		go func() { _ = s.Run(ctx) }()
		time.AfterFunc(20*time.Second, cancel)
		begin := time.Now()
		if err := s.Put(context.Background(), patientBatch(0, 5000)); !errors.Is(err, ErrFinished) {
			t.Errorf("Put: %v, want ErrFinished", err)
		}
		if took := time.Since(begin); took != 20*time.Second {
			t.Errorf("Put took %v, want 20 s", took)
		}
		if err := s.Put(ctx, patientBatch(5000, 5001)); !errors.Is(err, ErrFinished) {
			t.Errorf("another Put: %v, want ErrFinished", err)
		}
		<-s.done
		c := s.Counters()
		if c.Acknowledged.Plus(c.Dropped[DropShutdown]) != sum(0, 5001) || !c.Balanced() {
			t.Errorf("counters %+v: want all acknowledged or dropped at the end", c)
		}
	})
}

// TestPatientBatchWithoutBacklog: where batches are dropped for a full queue, a patient one waits for its turn.
func TestPatientBatchWithoutBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := started(t, &fakeSink{limit: tenRecords}, SessionOptions{Queue: 1, DropWhenFull: true, Rate: 100})
		for from := int64(0); from < 1000; from += 100 {
			put(t, s, patientBatch(from, from+100))
		}
		if err := s.Finish(context.Background()); err != nil {
			t.Error(err)
		}
		if c := s.Counters(); c.Acknowledged.Records != 1000 || !c.Balanced() {
			t.Errorf("counters %+v, want all 1,000 acknowledged", c)
		}
	})
}
