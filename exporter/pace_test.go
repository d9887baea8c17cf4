package exporter

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestPacerAverage: any rate is exact but for the first bucket, also where it doesn't divide a
// second.
func TestPacerAverage(t *testing.T) {
	for _, test := range []struct{ rate, capacity, records int }{
		{1, 1, 20},
		{100, 30, 30},
		{1000, 30, 30},
		{1000, 30, 1},
		{7777, 24, 23},
		{300_000, 30, 30},
		{3_000_000, 30, 29},
		{10_000_000, 200, 200},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := pacer{nap: time.Sleep}
			p.set(test.rate, test.capacity)
			begin := time.Now()
			sent := 0
			for sent < 3*test.rate+100*test.capacity {
				if !p.wait(test.records, nil) {
					t.Fatal("aborted")
				}
				sent += test.records
			}
			took := time.Since(begin)
			bucket := burstDatagrams * test.capacity
			least := time.Duration(float64(sent-bucket-test.records) / float64(test.rate) * float64(time.Second))
			most := time.Duration(float64(sent)/float64(test.rate)*float64(time.Second)) + longestNap
			if took < least || took > most {
				t.Errorf("%+v: %d records took %v, want %v to %v", test, sent, took, least, most)
			}
		})
	}
}

func TestPacerBurst(t *testing.T) {
	for _, pause := range []time.Duration{0, time.Millisecond, time.Second, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			const capacity, rate = 30, 3000
			p := pacer{nap: time.Sleep}
			p.set(rate, capacity)
			p.wait(capacity, nil)
			time.Sleep(pause)
			together, most, last := 0, 0, time.Now()
			for range 200 {
				p.wait(capacity, nil)
				if now := time.Now(); now.Equal(last) {
					together++
				} else {
					together, last = 1, now
				}
				most = max(most, together)
			}
			if most > burstDatagrams {
				t.Errorf("after a pause of %v: %d datagrams back to back, want at most %d", pause, most, burstDatagrams)
			}
		})
	}
}

// TestPacerMakesGoodForLateWakeUps: the sender is late by up to half a bucket each time.
func TestPacerMakesGoodForLateWakeUps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const capacity, rate, count = 30, 300_000, 3000
		p := pacer{nap: time.Sleep}
		p.set(rate, capacity)
		begin := time.Now()
		for range count {
			before := time.Now()
			p.wait(capacity, nil)
			if time.Now().After(before) {
				time.Sleep(p.burst / 3)
			}
		}
		want := time.Duration(count*capacity) * time.Second / rate
		if took := time.Since(begin); took > want+p.burst+longestNap {
			t.Errorf("took %v, want %v", took, want)
		}
	})
}

func TestPacerAbort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pacer{nap: time.Sleep}
		p.set(1, 1)
		abort := make(chan struct{})
		for range burstDatagrams {
			p.wait(1, abort)
		}
		time.AfterFunc(300*time.Millisecond, func() { close(abort) })
		begin := time.Now()
		if p.wait(1, abort) || time.Since(begin) != 300*time.Millisecond {
			t.Errorf("waited %v, want to end at the abort after 300 ms", time.Since(begin))
		}
	})
}

func TestPacerRefund(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pacer{nap: time.Sleep}
		p.set(10, 1)
		begin := time.Now()
		for range 1000 {
			p.wait(5, nil)
			p.refund(5)
		}
		if took := time.Since(begin); took > 0 {
			t.Errorf("datagrams that weren't sent took %v", took)
		}
	})
}

// TestPacingSlowsThePutter: the queue is full, so that Put takes as long as the sending, and
// nothing is dropped.
func TestPacingSlowsThePutter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords}
		s := newSession(t, sink, SessionOptions{Rate: 1000, Queue: 2})
		go func() { _ = s.Run(context.Background()) }()
		begin := time.Now()
		for id := int64(0); id < 5000; id += 50 {
			if err := s.Put(context.Background(), batchOf(1, records(id, id+50)...)); err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(begin); took < 4500*time.Millisecond || took > 5*time.Second {
			t.Errorf("putting 5000 records at 1000 a second took %v", took)
		}
		if err := s.Finish(context.Background()); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took < 4910*time.Millisecond || took > 5010*time.Millisecond {
			t.Errorf("sending 5000 records at 1000 a second took %v", took)
		}
		if c := s.Counters(); c.Acknowledged != sum(0, 5000) {
			t.Errorf("counters %+v, want all acknowledged", c)
		}
	})
}

// TestPreciseSleep: the pacer can do with half a bucket, which is more.
func TestPreciseSleep(t *testing.T) {
	begin := time.Now()
	for range 20 {
		preciseSleep(100 * time.Microsecond)
	}
	if took := time.Since(begin); took < 2*time.Millisecond {
		t.Errorf("20 sleeps of 100 µs took %v", took)
	}
}
