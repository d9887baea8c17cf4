package exporter

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/flowtable"
)

// fakeTrainSink takes trains too, and notes how long they were.
type fakeTrainSink struct {
	fakeSink
	longest    int
	trains     []int
	fragmented int
}

func (s *fakeTrainSink) MaxTrain(int) int { return s.longest }

func (s *fakeTrainSink) SendTrain(b []byte, size int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.answers) > 0 {
		err := s.answers[0]
		s.answers = s.answers[1:]
		if err != nil {
			return err
		}
	}
	if size > s.limit {
		return &SendError{Reason: DropFailed, Err: errors.New("message too long")}
	}
	n := 0
	for d := range slices.Chunk(b, size) {
		s.sent = append(s.sent, slices.Clone(d))
		n++
	}
	s.trains = append(s.trains, n)
	return nil
}

func (s *fakeTrainSink) SendFragmented(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fragmented++
	s.sent = append(s.sent, slices.Clone(b))
	return nil
}

func exportTrains(t *testing.T, sink *fakeTrainSink, options SessionOptions, batches ...*Batch) Counters {
	t.Helper()
	s := newSession(t, sink, options)
	go func() { _ = s.Run(context.Background()) }()
	for _, b := range batches {
		put(t, s, b)
	}
	if err := s.Finish(context.Background()); err != nil {
		t.Error(err)
	}
	c := s.Counters()
	checkFinished(t, c)
	return c
}

// TestTrains: the first datagram has templates and 9 records, as long as those of 10 records; the
// batch ends with 2 that wait for the next one.
func TestTrains(t *testing.T) {
	for _, test := range []struct {
		name    string
		longest int
		trains  []int
	}{
		{"long", 16, []int{7, 4}},
		{"at most 3", 3, []int{3, 3, 3}},
		{"none", 1, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			sink := &fakeTrainSink{fakeSink: fakeSink{limit: tenRecords}, longest: test.longest}
			c := exportTrains(t, sink, SessionOptions{}, batchOf(1, records(0, 71)...), batchOf(2, records(71, 109)...))
			if diff := cmp.Diff(test.trains, sink.trains); diff != "" {
				t.Errorf("trains (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(ids(0, 109), sink.records()); diff != "" || c.Datagrams != 12 {
				t.Errorf("%d datagrams, records (-want +got):\n%s", c.Datagrams, diff)
			}
		})
	}
}

// TestTrainsOfMixedSizes: a shorter datagram ends a train, a longer one begins another.
func TestTrainsOfMixedSizes(t *testing.T) {
	sink := &fakeTrainSink{fakeSink: fakeSink{limit: tenRecords}, longest: 16}
	s := newSession(t, sink, SessionOptions{})
	e := mixedEncoder{Encoder: s.encoder, sizes: []int{5, 5, 3, 9, 9, 9, 10, 10, 2, 1, 1, 4}}
	s.encoder = &e
	put(t, s, batchOf(1, records(0, 78)...))
	if err := s.Finish(context.Background()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]int{2, 3, 3, 2}, sink.trains); diff != "" {
		t.Errorf("trains (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ids(0, 78), sink.records()); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

// mixedEncoder makes datagrams of so many records, then full ones.
type mixedEncoder struct {
	Encoder
	sizes []int
}

func (e *mixedEncoder) Append(dst []byte, limit int, at Moment, rs []flowtable.Record) Encoded {
	if len(e.sizes) > 0 && len(rs) > 0 {
		rs = rs[:min(len(rs), e.sizes[0])]
		e.sizes = e.sizes[1:]
	}
	return e.Encoder.Append(dst, limit, at, rs)
}

func TestPacedSessionsSendNoTrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeTrainSink{fakeSink: fakeSink{limit: tenRecords}, longest: 16}
		exportTrains(t, sink, SessionOptions{Rate: 1000}, batchOf(1, records(0, 100)...))
		if len(sink.trains) != 0 {
			t.Errorf("trains %v of a paced session", sink.trains)
		}
	})
}

func TestTrainFailures(t *testing.T) {
	ok := error(nil)
	failed := &SendError{Reason: DropFailed, Err: errors.New("invalid argument")}
	for _, test := range []struct {
		name       string
		answers    []error
		dropped    DropSums
		resent     uint64
		fragmented int
	}{
		{"refused, then each alone", []error{refused}, DropSums{}, 1, 0},
		{"one of them refused twice", []error{refused, ok, refused, refused}, DropSums{DropRefused: sum(9, 19)}, 1, 0},
		{"no trains after all", []error{failed}, DropSums{}, 0, 0},
		{"forbidden", []error{forbidden, forbidden, ok, ok, forbidden}, DropSums{DropForbidden: sum(0, 9).Plus(sum(29, 39))}, 0, 0},
		{"path became shorter", []error{failed, &TooLongError{Limit: 100}}, DropSums{}, 0, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			sink := &fakeTrainSink{fakeSink: fakeSink{limit: tenRecords, answers: test.answers}, longest: 16}
			c := exportTrains(t, sink, SessionOptions{}, batchOf(1, records(0, 39)...), batchOf(2, records(39, 60)...))
			if diff := cmp.Diff(test.dropped, c.Dropped); diff != "" {
				t.Errorf("dropped (-want +got):\n%s", diff)
			}
			if c.Resent != test.resent || sink.fragmented != test.fragmented {
				t.Errorf("%d resent, %d fragmented, want %d, %d", c.Resent, sink.fragmented, test.resent, test.fragmented)
			}
			if !slices.IsSorted(sink.records()) {
				t.Errorf("records out of order: %v", sink.records())
			}
			for _, b := range sink.sent[min(len(sink.sent), 6):] {
				if test.fragmented > 0 && len(b) > 100 {
					t.Errorf("a datagram of %d octets after the path became shorter", len(b))
				}
			}
		})
	}
}
