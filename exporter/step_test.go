package exporter

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// stepEncoder notes by how much the boot time is moved.
type stepEncoder struct {
	*fakeEncoder
	steps *[]int64
}

func (e stepEncoder) Step(seconds int64) { *e.steps = append(*e.steps, seconds) }

// stepping makes a session that notes its steps, and starts it.
func stepping(t *testing.T, sink Sink, options SessionOptions) (*Session, *[]int64) {
	t.Helper()
	steps := new([]int64)
	encoder := func(o EncoderOptions) (Encoder, error) {
		e, err := newFake(o)
		return stepEncoder{e.(*fakeEncoder), steps}, err
	}
	s, err := NewSession(encoder, sink, options)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Run(context.Background()) }()
	t.Cleanup(func() {
		_ = s.Finish(context.Background())
		checkFinished(t, s.Counters())
	})
	return s, steps
}

// inEpoch is a batch with a clock in seconds.
func inEpoch(epoch uint32, clock float64, from, to int64) *Batch {
	b := batchOf(int64(clock*1e9), records(from, to)...)
	b.Epoch = epoch
	return b
}

const hour = 3600

// TestStep: what was pending goes out with the old clock; then the templates and the new clock, also an
// earlier one, and the boot time follows what the clock moved beyond the time that passed.
func TestStep(t *testing.T) {
	for name, queue := range map[string]int{"batches": 0, "records": 1000} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { testStep(t, SessionOptions{QueueRecords: queue}) })
		})
	}
}

func testStep(t *testing.T, options SessionOptions) {
	sink := &fakeSink{limit: tenRecords}
	s, steps := stepping(t, sink, options)
	const start = 1e6
	wait := func(d time.Duration) {
		synctest.Wait()
		time.Sleep(d)
	}
	put(t, s, inEpoch(7, start, 0, 12))
	wait(5 * time.Second)
	put(t, s, inEpoch(8, start+5+hour, 12, 15))
	wait(time.Second)
	put(t, s, inEpoch(8, start+6+hour, 15, 22))
	wait(time.Minute)
	put(t, s, inEpoch(9, start+66, 22, 24))
	wait(0)
	if err := s.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	synctest.Wait()
	want := []datagram{
		{Clock: start * 1e9, Templates: true, Records: ids(0, 9)},
		{Sequence: 9, Clock: start * 1e9, Records: ids(9, 12)},
		{Sequence: 12, Clock: (start + 5 + hour) * 1e9, Templates: true}, // of the tick
		{Sequence: 12, Clock: (start + 6 + hour) * 1e9, Records: ids(12, 22)},
		{Sequence: 22, Clock: (start + 66) * 1e9, Templates: true, Records: ids(22, 24)},
	}
	if diff := cmp.Diff(want, sink.datagrams()); diff != "" {
		t.Errorf("datagrams (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{hour, -hour}, *steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

// TestFirstEpoch: a session that begins late begins in the epoch that is.
func TestFirstEpoch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords}
		s, steps := stepping(t, sink, SessionOptions{QueueRecords: 1000})
		put(t, s, inEpoch(5, 1e6, 0, 20))
		synctest.Wait()
		if len(*steps) != 0 || len(sink.datagrams()) != 2 || sink.datagrams()[1].Templates {
			t.Errorf("steps %v, datagrams %+v; want none, and the templates once", *steps, sink.datagrams())
		}
	})
}

// TestLateShard: a shard that has not seen the step puts its records after another's that has. Each
// datagram has one epoch's records and its clock.
func TestLateShard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords}
		s, steps := stepping(t, sink, SessionOptions{QueueRecords: 1000})
		put(t, s, inEpoch(0, 1000, 0, 4))
		put(t, s, inEpoch(1, 1000-hour, 4, 6))
		put(t, s, inEpoch(0, 1000, 6, 8))
		put(t, s, inEpoch(1, 1000-hour, 8, 10))
		if err := s.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		want := []datagram{
			{Clock: 1000e9, Templates: true, Records: ids(0, 4)},
			{Sequence: 4, Clock: (1000 - hour) * 1e9, Templates: true, Records: ids(4, 6)},
			{Sequence: 6, Clock: 1000e9, Templates: true, Records: ids(6, 8)},
			{Sequence: 8, Clock: (1000 - hour) * 1e9, Templates: true, Records: ids(8, 10)},
		}
		if diff := cmp.Diff(want, sink.datagrams()); diff != "" {
			t.Errorf("datagrams (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]int64{-hour, hour, -hour}, *steps); diff != "" {
			t.Errorf("steps (-want +got):\n%s", diff)
		}
	})
}

// TestIdleStep: without records the templates follow the clock's step, and not before the records that
// still wait on the earlier timeline.
func TestIdleStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords}
		begin := time.Now()
		s, steps := stepping(t, sink, SessionOptions{
			QueueRecords: 10_000, Rate: 50,
			Clock: func() (int64, uint32) {
				if time.Since(begin) < 12*time.Second {
					return 1000e9, 0
				}
				return (1012 + hour) * 1e9, 1
			},
		})
		time.Sleep(1500 * time.Millisecond)
		put(t, s, inEpoch(0, 1000, 0, 1100)) // for 20 s
		time.Sleep(time.Minute)
		synctest.Wait()
		var rounds []int64
		for _, d := range sink.datagrams() {
			if d.Templates {
				rounds = append(rounds, d.Clock/1e9)
			}
		}
		if diff := cmp.Diff([]int64{1000, 1012 + hour}, rounds); diff != "" {
			t.Errorf("clocks of datagrams with templates (-want +got):\n%s", diff)
		}
		if last := sink.datagrams()[len(sink.sent)-1]; len(sink.records()) != 1100 || !last.Templates {
			t.Errorf("%d records went out, the last datagram is %+v; want all, and then the step", len(sink.records()), last)
		}
		// The records' clock was of 1.5 s after the start, and the time since counts as uptime.
		if len(*steps) != 1 || (*steps)[0] > hour || (*steps)[0] < hour-30 {
			t.Errorf("steps %v, want one of little less than an hour", *steps)
		}
	})
}

// TestStatisticsAfterAStep: the times of loss are turned into the timeline in force.
func TestStatisticsAfterAStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords, answers: []error{forbidden, forbidden}}
		s, _ := stepping(t, sink, SessionOptions{})
		put(t, s, inEpoch(0, 1000, 0, 10))
		put(t, s, inEpoch(0, 1001, 10, 20))
		put(t, s, inEpoch(1, 1001+hour, 20, 30))
		synctest.Wait()
		st := s.statistics()
		if st.FirstNotSent != (1000+hour)*1e9 || st.LastNotSent != (1001+hour)*1e9 {
			t.Errorf("not sent from %d to %d, want both an hour on", st.FirstNotSent, st.LastNotSent)
		}
	})
}

// TestUptimeGoesOn: whatever the steps and however far the clock lags behind, a header's whole second at or
// after the clock, less the boot time, never goes back, and a step moves it ahead by no more than a second
// and what the clock lagged.
func TestUptimeGoesOn(t *testing.T) {
	const maxLag = 5
	ceil := func(ns int64) int64 { return wholeSeconds(ns + 1e9 - 1) }
	rapid.Check(t, func(t *rapid.T) {
		steps := new([]int64)
		s := &Session{encoder: stepEncoder{&fakeEncoder{}, steps}, capacity: 1}
		passed, offset, epoch := int64(0), int64(1e18), uint32(0)
		read := func() {
			lag := rapid.Int64Range(0, maxLag*1e9).Draw(t, "lag")
			late := rapid.Int64Range(0, lag).Draw(t, "late") // a shard was slow to put its batch
			s.follow(reading{clock: passed + offset - lag, epoch: epoch, at: since(passed - late + 1)})
		}
		read()
		boot, last := ceil(s.clock.clock), int64(0)
		for range rapid.IntRange(1, 30).Draw(t, "readings") {
			passed += rapid.Int64Range(0, 5e9).Draw(t, "passed")
			if rapid.IntRange(0, 3).Draw(t, "step") == 0 {
				offset += rapid.Int64Range(-4e12, 4e12).Draw(t, "by")
				epoch++
			}
			read()
			for _, by := range *steps {
				boot += by
			}
			*steps = nil
			up, most := ceil(s.clock.clock)-boot, ceil(passed)+maxLag+int64(epoch)*(maxLag+1)
			if up < last || up > most {
				t.Fatalf("uptime %d s, was %d s, want at most %d s", up, last, most)
			}
			last = up
		}
	})
}
