package exporter

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/flowtable"
)

// tenRecords is the limit with which a fake datagram without templates holds ten records.
const tenRecords = fakeHeader + 10*fakePart

func newSession(t testing.TB, sink Sink, options SessionOptions) *Session {
	t.Helper()
	s, err := NewSession(newFake, sink, options)
	if err != nil {
		t.Fatal(err)
	}
	s.pacer.nap = time.Sleep // in the time of the test
	return s
}

// export runs a session over the batches and finishes it.
func export(t *testing.T, sink *fakeSink, options SessionOptions, batches ...*Batch) (*Session, Counters) {
	t.Helper()
	s := newSession(t, sink, options)
	go func() {
		if err := s.Run(context.Background()); err != nil {
			t.Errorf("Run: %v", err)
		}
	}()
	for _, b := range batches {
		if err := s.Put(context.Background(), b); err != nil {
			t.Errorf("Put: %v", err)
		}
	}
	if err := s.Finish(context.Background()); err != nil {
		t.Errorf("Finish: %v", err)
	}
	c := s.Counters()
	checkFinished(t, c)
	if sink.closed != 1 {
		t.Errorf("sink closed %d times, want once", sink.closed)
	}
	return s, c
}

func checkFinished(t *testing.T, c Counters) {
	t.Helper()
	if !c.Balanced() || c.Queued != (Sum{}) {
		t.Errorf("the sums don't hold: %+v", c)
	}
}

// ids makes the identities from…to-1.
func ids(from, to int64) []int64 {
	var all []int64
	for id := from; id < to; id++ {
		all = append(all, id)
	}
	return all
}

func sum(from, to int64) Sum { return SumOf(records(from, to)) }

func TestDatagramsAreFilledAcrossBatches(t *testing.T) {
	sink := &fakeSink{limit: tenRecords}
	_, c := export(t, sink, SessionOptions{},
		batchOf(100, records(0, 4)...), batchOf(110, records(4, 8)...), batchOf(120, records(8, 31)...), batchOf(130, records(31, 33)...))
	want := []datagram{
		{Sequence: 0, Clock: 120, Templates: true, Records: ids(0, 9)},
		{Sequence: 9, Clock: 120, Records: ids(9, 19)},
		{Sequence: 19, Clock: 120, Records: ids(19, 29)},
		{Sequence: 29, Clock: 130, Records: ids(29, 33)},
		{Sequence: 33, Clock: 130, Final: true},
	}
	if diff := cmp.Diff(want, sink.datagrams()); diff != "" {
		t.Errorf("datagrams (-want +got):\n%s", diff)
	}
	wantCounters := Counters{
		Output: "192.0.2.1:2055", Put: sum(0, 33), Acknowledged: sum(0, 33),
		Datagrams: 5, DatagramOctets: 5*fakeHeader + 34*fakePart, FlowRecords: 33, Clamped: 4, PayloadLimit: tenRecords,
	}
	if diff := cmp.Diff(wantCounters, c); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
}

func TestClockNeverGoesBack(t *testing.T) {
	sink := &fakeSink{limit: tenRecords}
	export(t, sink, SessionOptions{}, batchOf(200, records(0, 12)...), batchOf(150, records(12, 30)...))
	for _, d := range sink.datagrams() {
		if d.Clock != 200 {
			t.Errorf("datagram %d has clock %d, want 200 of another shard's batch before", d.Sequence, d.Clock)
		}
	}
}

// TestFates: 30 records in one batch go in datagrams of 9 with templates, and up to 10 without. A
// failure brings the templates into the next datagram, which then holds 9.
func TestFates(t *testing.T) {
	ok := error(nil)
	for _, test := range []struct {
		name    string
		answers []error
		dropped DropSums
		arrived []int64
		resent  uint64
		lost    uint64 // datagrams
	}{
		{"all taken", nil, DropSums{}, ids(0, 30), 0, 0},
		{"refused once", []error{ok, refused, ok}, DropSums{}, ids(0, 30), 1, 0},
		{"refused twice", []error{ok, refused, refused}, DropSums{DropRefused: sum(9, 19)}, append(ids(0, 9), ids(19, 30)...), 0, 1},
		{"refused first", []error{refused, refused}, DropSums{DropRefused: sum(0, 9)}, ids(9, 30), 0, 1},
		{"unreachable once", []error{unreachable, ok}, DropSums{}, ids(0, 30), 1, 0},
		{"refused, then unreachable", []error{refused, unreachable}, DropSums{DropUnreachable: sum(0, 9)}, ids(9, 30), 0, 1},
		{"forbidden is tried once", []error{ok, forbidden}, DropSums{DropForbidden: sum(9, 19)}, append(ids(0, 9), ids(19, 30)...), 0, 1},
		{"of no known kind", []error{errors.New("strange")}, DropSums{DropFailed: sum(0, 9)}, ids(9, 30), 0, 1},
		{"two kinds", []error{refused, refused, forbidden}, DropSums{DropRefused: sum(0, 9), DropForbidden: sum(9, 18)}, ids(18, 30), 0, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			sink := &fakeSink{limit: tenRecords, answers: test.answers}
			_, got := export(t, sink, SessionOptions{}, batchOf(1, records(0, 30)...))
			if diff := cmp.Diff(test.arrived, sink.records()); diff != "" {
				t.Errorf("records that arrived (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.dropped, got.Dropped); diff != "" {
				t.Errorf("dropped (-want +got):\n%s", diff)
			}
			if want := sum(0, 30).Minus(test.dropped.Total()); got.Acknowledged != want {
				t.Errorf("acknowledged %+v, want %+v", got.Acknowledged, want)
			}
			if got.Resent != test.resent || got.DatagramsDropped != test.lost || got.FlowRecords != uint64(len(test.arrived)) {
				t.Errorf("counters %+v, want %d resent, %d datagrams dropped, %d flow records", got, test.resent, test.lost, len(test.arrived))
			}
		})
	}
}

func TestSequenceShowsDroppedDatagrams(t *testing.T) {
	sink := &fakeSink{limit: tenRecords, answers: []error{nil, forbidden}}
	export(t, sink, SessionOptions{}, batchOf(1, records(0, 30)...))
	want := []datagram{
		{Sequence: 0, Clock: 1, Templates: true, Records: ids(0, 9)},
		{Sequence: 19, Clock: 1, Templates: true, Records: ids(19, 28)},
		{Sequence: 28, Clock: 1, Records: ids(28, 30)},
		{Sequence: 30, Clock: 1, Final: true},
	}
	if diff := cmp.Diff(want, sink.datagrams()); diff != "" {
		t.Errorf("datagrams (-want +got):\n%s", diff)
	}
}

func TestTooLongIsEncodedAnew(t *testing.T) {
	five := fakeHeader + 5*fakePart
	sink := &fakeSink{limit: tenRecords, answers: []error{nil, &TooLongError{Limit: five}}}
	s, c := export(t, sink, SessionOptions{}, batchOf(1, records(0, 27)...))
	want := []datagram{
		{Sequence: 0, Clock: 1, Templates: true, Records: ids(0, 9)},
		{Sequence: 9, Clock: 1, Records: ids(9, 14)},
		{Sequence: 14, Clock: 1, Records: ids(14, 19)},
		{Sequence: 19, Clock: 1, Records: ids(19, 24)},
		{Sequence: 24, Clock: 1, Records: ids(24, 27)},
		{Sequence: 27, Clock: 1, Final: true},
	}
	if diff := cmp.Diff(want, sink.datagrams()); diff != "" {
		t.Errorf("datagrams (-want +got):\n%s", diff)
	}
	if c.Acknowledged != sum(0, 27) || c.Shortened != 1 || c.PayloadLimit != five || s.limit != five {
		t.Errorf("counters %+v, limit %d", c, s.limit)
	}
}

// TestTooLongWithoutProgress: a sink that names a limit which the datagram already keeps must not
// make the session try for ever.
func TestTooLongWithoutProgress(t *testing.T) {
	sink := &fakeSink{limit: tenRecords, answers: []error{&TooLongError{Limit: 65535}, &TooLongError{Limit: tenRecords}}}
	_, c := export(t, sink, SessionOptions{}, batchOf(1, records(0, 20)...))
	if c.Acknowledged != sum(0, 20) || c.Shortened != 2 {
		t.Errorf("counters %+v, want all acknowledged in shorter datagrams", c)
	}
}

func TestPathBelowTheLeast(t *testing.T) {
	out := &logs{}
	sink := &fakeSink{limit: tenRecords, answers: []error{nil, &TooLongError{Limit: fakeHeader + fakePart}}}
	_, c := export(t, sink, SessionOptions{Logger: out.logger()}, batchOf(1, records(0, 30)...), batchOf(2, records(30, 60)...), batchOf(3, records(60, 62)...))
	if want := (DropSums{DropTooLong: sum(9, 62)}); c.Dropped != want || c.Acknowledged != sum(0, 9) {
		t.Errorf("counters %+v, want all but the first 9 dropped as too long", c)
	}
	if got := out.lines("records can't be sent", "too-long", "payload-needed=48"); len(got) != 1 {
		t.Errorf("said %d times, want once: %q", len(got), got)
	}
}

func TestUnexportable(t *testing.T) {
	out := &logs{}
	rs := records(0, 40)
	var six []flowtable.Record
	for i := range rs {
		if i%3 == 1 || i > 30 {
			rs[i].IPVersion = 6
			six = append(six, rs[i])
		}
	}
	sink := &fakeSink{limit: tenRecords}
	_, c := export(t, sink, SessionOptions{Logger: out.logger()}, batchOf(1, rs...))
	if c.Unexportable.IPv6 != SumOf(six) || c.Acknowledged != sum(0, 40).Minus(SumOf(six)) {
		t.Errorf("counters %+v, want %+v unexportable", c, SumOf(six))
	}
	if got := out.lines("IPv6"); len(got) != 1 {
		t.Errorf("said %d times, want once", len(got))
	}
}

// TestOnlyUnexportable has nothing to send but the templates.
func TestOnlyUnexportable(t *testing.T) {
	rs := records(0, 25)
	for i := range rs {
		rs[i].IPVersion = 6
	}
	sink := &fakeSink{limit: tenRecords}
	_, c := export(t, sink, SessionOptions{}, batchOf(1, rs...))
	if c.Unexportable.IPv6 != sum(0, 25) || c.FlowRecords != 0 {
		t.Errorf("counters %+v, want all unexportable", c)
	}
}

// TestSplitRecords: record 0 has 25 parts, in datagrams of 9 with templates, 10 and 6; the last
// also has the others.
func TestSplitRecords(t *testing.T) {
	ok := error(nil)
	for _, test := range []struct {
		name    string
		answers []error
		dropped DropSums
	}{
		{"all taken", nil, DropSums{}},
		{"first part lost", []error{forbidden}, DropSums{DropForbidden: sum(0, 1)}},
		{"second part lost", []error{ok, forbidden}, DropSums{DropForbidden: sum(0, 1)}},
		{"first two lost, first reason counts", []error{forbidden, refused, refused}, DropSums{DropForbidden: sum(0, 1)}},
		{"last part lost, and what goes with it", []error{ok, ok, forbidden}, DropSums{DropForbidden: sum(0, 4)}},
		{"first and last lost", []error{refused, refused, ok, forbidden}, DropSums{DropRefused: sum(0, 1), DropForbidden: sum(1, 4)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			rs := records(0, 4)
			rs[0].ToS = 25
			sink := &fakeSink{limit: tenRecords, answers: test.answers}
			_, c := export(t, sink, SessionOptions{}, batchOf(1, rs...))
			if diff := cmp.Diff(test.dropped, c.Dropped); diff != "" {
				t.Errorf("dropped (-want +got):\n%s", diff)
			}
			if want := sum(0, 4).Minus(test.dropped.Total()); c.Acknowledged != want {
				t.Errorf("acknowledged %+v, want %+v", c.Acknowledged, want)
			}
		})
	}
}

func TestNewSessionErrors(t *testing.T) {
	broken := func(EncoderOptions) (Encoder, error) { return nil, errors.New("domain is taken") }
	for _, test := range []struct {
		name    string
		encoder func(EncoderOptions) (Encoder, error)
		limit   int
		options SessionOptions
		want    string
	}{
		{"encoder", broken, tenRecords, SessionOptions{}, "make encoder for collector \"192.0.2.1:2055\": domain is taken"},
		{"limit", newFake, 40, SessionOptions{}, "hold 40 octets of payload: this version needs 48, raise the MTU by 8"},
		{"rate", newFake, tenRecords, SessionOptions{Rate: -1}, "export rate -1"},
		{"sampling", newFake, tenRecords, SessionOptions{Encoder: EncoderOptions{Sampling: MaxSampling + 1}}, "sampling of one in 16384 packets: want 0 to 16383"},
		{"queue", newFake, tenRecords, SessionOptions{Queue: -2}, "export queue -2"},
		{"queue of records", newFake, tenRecords, SessionOptions{QueueRecords: -1}, "export queue of -1 records"},
		{"delay", newFake, tenRecords, SessionOptions{MaxDelay: -time.Second}, "delay"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := NewSession(test.encoder, &fakeSink{limit: test.limit}, test.options)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestSameDatagramsFromRunToRun(t *testing.T) {
	run := func(pieces int64) [][]byte {
		sink := &fakeSink{limit: tenRecords, slow: 3 * time.Millisecond}
		options := SessionOptions{
			Rate: 1000, Now: func() time.Time { return time.Unix(1, 0) },
			Encoder: EncoderOptions{TemplateInterval: time.Millisecond},
		}
		var batches []*Batch
		for id := int64(0); id < 120; id += pieces {
			batches = append(batches, batchOf(1000, records(id, id+pieces)...))
		}
		synctest.Test(t, func(t *testing.T) { export(t, sink, options, batches...) })
		return sink.sent
	}
	first := run(30)
	for range 3 {
		if diff := cmp.Diff(first, run(30)); diff != "" {
			t.Fatalf("another run differs (-first +this):\n%s", diff)
		}
	}
}
