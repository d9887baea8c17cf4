package exporter

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// flushed puts records and has them sent.
func flushed(t *testing.T, s *Session, from, to int64) {
	t.Helper()
	put(t, s, batchOf(1, records(from, to)...))
	if err := s.Flush(context.Background()); err != nil {
		t.Error(err)
	}
	synctest.Wait()
}

// TestRefusalIsSaidOnce: as on loopback, each datagram to a closed port is refused at first and
// then taken, for the next one to be refused.
func TestRefusalIsSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &logs{}
		sink := &fakeSink{limit: tenRecords}
		for range 20 {
			sink.answers = append(sink.answers, refused, nil)
		}
		s := started(t, sink, SessionOptions{Logger: out.logger()})
		for id := int64(0); id < 20; id++ {
			flushed(t, s, id, id+1)
			time.Sleep(time.Second)
		}
		warned := out.lines("WARN", "doesn't take datagrams")
		if len(warned) != 1 || len(out.lines("collector=192.0.2.1:2055", "reason=refused", "hint=")) != 1 {
			t.Errorf("said %d times, want once, with what to do: %q", len(warned), warned)
		}
		for id := int64(20); id < 30; id++ {
			flushed(t, s, id, id+1)
			time.Sleep(time.Second)
		}
		if got := out.lines("INFO", "takes datagrams again", "dropped-records=0", "resent-datagrams=20"); len(got) != 1 {
			t.Errorf("recovery said %d times, want once, with what was lost: %q", len(got), out.b.String())
		}
	})
}

// TestRefusalsThatComeSeldom: hosts report a closed port once a second or less often. Datagrams
// that are taken in between are no recovery.
func TestRefusalsThatComeSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &logs{}
		sink := &fakeSink{limit: tenRecords}
		for range 10 {
			sink.answers = append(sink.answers, slices.Concat([]error{refused}, make([]error, 20))...)
		}
		s := started(t, sink, SessionOptions{Logger: out.logger()})
		for id := int64(0); id < 200; id++ {
			flushed(t, s, id, id+1)
			time.Sleep(100 * time.Millisecond)
		}
		if got := out.lines("takes datagrams again"); len(got) != 0 {
			t.Errorf("recovery said too early: %q", got)
		}
		if got := out.lines("doesn't take datagrams"); len(got) != 1 {
			t.Errorf("said %d times, want once", len(got))
		}
	})
}

func TestEachKindIsSaidOnceAndAgainAfterRecovery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &logs{}
		sink := &fakeSink{limit: tenRecords}
		s := started(t, sink, SessionOptions{Logger: out.logger(), Tick: time.Hour})
		id := int64(0)
		for range 2 {
			sink.answers = []error{refused, refused, unreachable, unreachable, forbidden, refused, unreachable}
			for range 12 {
				flushed(t, s, id, id+1)
				time.Sleep(time.Second)
				id++
			}
		}
		for _, reason := range []string{"refused", "unreachable", "forbidden"} {
			if got := out.lines("doesn't take datagrams", "reason="+reason); len(got) != 2 {
				t.Errorf("%s said %d times, want once in each of two outages", reason, len(got))
			}
		}
		if got := out.lines("takes datagrams again", "dropped-records=4"); len(got) != 2 {
			t.Errorf("recovery said %d times, want twice: %q", len(got), out.b.String())
		}
	})
}

func TestTemplatesGoFirstAfterAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{limit: tenRecords, answers: []error{nil, nil, refused, nil, nil, nil}}
		s := started(t, sink, SessionOptions{})
		for id := int64(0); id < 5; id++ {
			flushed(t, s, id, id+1)
		}
		var got []bool
		for _, d := range sink.datagrams() {
			got = append(got, d.Templates)
		}
		if want := []bool{true, false, false, true, false}; !slices.Equal(got, want) {
			t.Errorf("datagrams with templates: %v, want %v", got, want)
		}
	})
}

func TestShorterPathIsSaid(t *testing.T) {
	out := &logs{}
	sink := &fakeSink{limit: tenRecords, answers: []error{&TooLongError{Limit: 100}}}
	export(t, sink, SessionOptions{Logger: out.logger()}, batchOf(1, records(0, 30)...))
	if got := out.lines("shorter datagrams", "payload-limit=100"); len(got) != 1 {
		t.Errorf("said %d times, want once", len(got))
	}
}

func TestNothingIsSaidWhenAllIsWell(t *testing.T) {
	out := &logs{}
	export(t, &fakeSink{limit: tenRecords}, SessionOptions{Logger: out.logger()}, batchOf(1, records(0, 300)...))
	if got := out.lines(); len(got) != 0 {
		t.Errorf("said %q", got)
	}
}
