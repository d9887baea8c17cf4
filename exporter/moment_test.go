package exporter

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/flowtable"
)

// started runs a session until the test's end.
func started(t *testing.T, sink Sink, options SessionOptions) *Session {
	t.Helper()
	s := newSession(t, sink, options)
	go func() { _ = s.Run(context.Background()) }()
	t.Cleanup(func() {
		_ = s.Finish(context.Background())
		checkFinished(t, s.Counters())
	})
	return s
}

func put(t *testing.T, s Output, b *Batch) {
	t.Helper()
	if err := s.Put(context.Background(), b); err != nil {
		t.Errorf("Put: %v", err)
	}
}

func TestTemplatesAreRepeatedWhileIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords}
		s := started(t, sink, SessionOptions{Encoder: EncoderOptions{TemplateInterval: time.Minute}})
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if got := len(sink.datagrams()); got != 0 {
			t.Errorf("%d datagrams before there is a packet time", got)
		}
		put(t, s, batchOf(77, records(0, 3)...))
		if err := s.Flush(context.Background()); err != nil {
			t.Error(err)
		}
		time.Sleep(3*time.Minute + 5*time.Second)
		synctest.Wait()
		want := []datagram{
			{Clock: 77, Templates: true, Records: ids(0, 3)},
			{Sequence: 3, Clock: 77, Templates: true},
			{Sequence: 3, Clock: 77, Templates: true},
			{Sequence: 3, Clock: 77, Templates: true},
		}
		if diff := cmp.Diff(want, sink.datagrams()); diff != "" {
			t.Errorf("datagrams (-want +got):\n%s", diff)
		}
	})
}

func TestIdleClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords}
		clock := int64(500)
		s := started(t, sink, SessionOptions{
			Encoder: EncoderOptions{TemplateInterval: time.Minute},
			Clock:   func() (int64, uint32) { return clock, 0 },
		})
		time.Sleep(1500 * time.Millisecond)
		put(t, s, batchOf(900, records(0, 1)...))
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		want := []datagram{{Clock: 500, Templates: true}, {Clock: 900, Templates: true}}
		if got := sink.datagrams(); len(got) < 2 || !cmp.Equal(want, got[:2]) {
			t.Errorf("datagrams %+v, want templates at the input's clock, but not before a batch's", got)
		}
	})
}

func TestWallClockOfDatagrams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wall := time.Unix(1_000_000, 0)
		var seen []time.Time
		encoder := func(o EncoderOptions) (Encoder, error) {
			e, err := newFake(o)
			return momentEncoder{e, &seen}, err
		}
		sink := &fakeSink{limit: tenRecords}
		s, err := NewSession(encoder, sink, SessionOptions{Now: func() time.Time { return wall }})
		if err != nil {
			t.Fatal(err)
		}
		put(t, s, batchOf(1, records(0, 5)...))
		if err := s.Finish(context.Background()); err != nil {
			t.Error(err)
		}
		for _, at := range seen {
			if !at.Equal(wall) {
				t.Errorf("a datagram was made at %v, want the injected %v", at, wall)
			}
		}
	})
}

type momentEncoder struct {
	Encoder
	seen *[]time.Time
}

func (e momentEncoder) Append(dst []byte, limit int, at Moment, rs []flowtable.Record) Encoded {
	*e.seen = append(*e.seen, at.Wall)
	return e.Encoder.Append(dst, limit, at, rs)
}

func TestFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords}
		s := started(t, sink, SessionOptions{})
		put(t, s, batchOf(1, records(0, 4)...))
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := len(sink.records()); got != 0 {
			t.Errorf("%d records went out before the flush", got)
		}
		if err := s.Flush(context.Background()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if diff := cmp.Diff(ids(0, 4), sink.records()); diff != "" {
			t.Errorf("records after the flush (-want +got):\n%s", diff)
		}
	})
}

func TestMaxDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = 400 * time.Millisecond
		sink := &fakeSink{limit: tenRecords}
		s := started(t, sink, SessionOptions{MaxDelay: delay})
		var putAt []time.Time
		for id := int64(0); id < 60; id += 4 {
			for range 4 {
				putAt = append(putAt, time.Now())
			}
			put(t, s, batchOf(1, records(id, id+4)...))
			time.Sleep(130 * time.Millisecond)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		at := 0
		for i, d := range sink.datagrams() {
			for range d.Records {
				if late := sink.times[i].Sub(putAt[at]); late > 2*delay {
					t.Errorf("record %d went out %v after it was put, want at most the delay and a tick", at, late)
				}
				at++
			}
		}
		if at != 60 {
			t.Errorf("%d records went out, want 60", at)
		}
	})
}

func TestStatistics(t *testing.T) {
	own := Statistics{IgnoredPackets: 3, IgnoredOctets: 180, FirstIgnored: 11, LastIgnored: 12}
	var got Statistics
	encoder := func(o EncoderOptions) (Encoder, error) {
		e, err := newFake(o)
		return finalEncoder{e, o.Statistics, &got}, err
	}
	sink := &fakeSink{limit: tenRecords, answers: []error{forbidden, nil, forbidden}}
	options := SessionOptions{Encoder: EncoderOptions{Statistics: func() Statistics { return own }}}
	s, err := NewSession(encoder, sink, options)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Run(context.Background()) }()
	put(t, s, batchOf(1000, records(0, 9)...))
	put(t, s, batchOf(2000, records(9, 30)...))
	put(t, s, batchOf(3000, records(30, 31)...))
	if err := s.Finish(context.Background()); err != nil {
		t.Error(err)
	}
	lost := s.Counters().Dropped.Total()
	want := own
	want.NotSentFlows, want.NotSentPackets, want.NotSentOctets = lost.Records, lost.Packets, lost.Octets
	want.FirstNotSent, want.LastNotSent = 2000, 2000
	if diff := cmp.Diff(want, got); diff != "" || lost.Records == 0 {
		t.Errorf("last statistics (-want +got):\n%s", diff)
	}
}

type finalEncoder struct {
	Encoder
	ask func() Statistics
	got *Statistics
}

func (e finalEncoder) Append(dst []byte, limit int, at Moment, rs []flowtable.Record) Encoded {
	if at.Final {
		*e.got = e.ask()
	}
	return e.Encoder.Append(dst, limit, at, rs)
}

// TestNoRecordsAtAll: the last statistics go out all the same, at the wall clock.
func TestNoRecordsAtAll(t *testing.T) {
	sink := &fakeSink{limit: tenRecords}
	export(t, sink, SessionOptions{Now: func() time.Time { return time.Unix(5, 0) }})
	want := []datagram{{Clock: 5e9, Templates: true, Final: true}}
	if diff := cmp.Diff(want, sink.datagrams()); diff != "" {
		t.Errorf("datagrams (-want +got):\n%s", diff)
	}
}
