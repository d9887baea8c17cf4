package exporter

import (
	"context"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestConservation: whatever the transport answers and however the records come in, each has
// exactly one fate, the sink sees them in the order in which they were put, and the sequence
// numbers count what was sent and what was lost.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(fakeHeader+2*fakePart, 400).Draw(t, "limit")
		sink := &fakeSink{limit: limit, answers: drawAnswers(t, limit)}
		s, err := NewSession(newFake, drawSink(t, sink), SessionOptions{
			Encoder: EncoderOptions{TemplateInterval: time.Nanosecond},
			Queue:   rapid.IntRange(1, 4).Draw(t, "queue"),
		})
		if err != nil {
			t.Fatal(err)
		}
		go func() { _ = s.Run(context.Background()) }()
		all := drawBatches(t, s)
		if err := s.Finish(context.Background()); err != nil {
			t.Fatal(err)
		}
		c := s.Counters()
		if !c.Balanced() || c.Queued != (Sum{}) || c.Put != all {
			t.Fatalf("the sums don't hold: put %+v, counters %+v", all, c)
		}
		checkArrived(t, sink, c)
	})
}

// drawSink is the sink itself, or the same with trains.
func drawSink(t *rapid.T, sink *fakeSink) Sink {
	if longest := rapid.IntRange(1, 8).Draw(t, "train"); longest > 1 {
		return &trainsOf{sink, longest}
	}
	return sink
}

// trainsOf gives a sink trains, each with one answer.
type trainsOf struct {
	*fakeSink
	longest int
}

func (s *trainsOf) MaxTrain(int) int { return s.longest }

func (s *trainsOf) SendTrain(b []byte, size int) error {
	inner := fakeTrainSink{fakeSink: fakeSink{limit: s.limit, answers: s.answers}}
	err := inner.SendTrain(b, size)
	s.answers, s.sent = inner.answers, append(s.sent, inner.sent...)
	return err
}

func (s *trainsOf) SendFragmented(b []byte) error {
	s.sent = append(s.sent, slices.Clone(b))
	return nil
}

func drawAnswers(t *rapid.T, limit int) []error {
	answer := rapid.Custom(func(t *rapid.T) error {
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0, 1:
			return refused
		case 2:
			return unreachable
		case 3:
			return forbidden
		case 4:
			return &TooLongError{Limit: rapid.IntRange(0, limit).Draw(t, "too long")}
		default:
			return nil
		}
	})
	return rapid.SliceOfN(answer, 0, 60).Draw(t, "answers")
}

func drawBatches(t *rapid.T, s *Session) Sum {
	var all Sum
	id := int64(0)
	for range rapid.IntRange(0, 20).Draw(t, "batches") {
		n := int64(rapid.IntRange(1, 40).Draw(t, "records"))
		rs := records(id, id+n)
		id += n
		for i := range rs {
			rs[i].IPVersion = rapid.SampledFrom([]uint8{4, 4, 4, 6}).Draw(t, "version")
			rs[i].ToS = rapid.SampledFrom([]uint8{1, 1, 1, 1, 2, 7, 40}).Draw(t, "parts")
		}
		all = all.Plus(SumOf(rs))
		if err := s.Put(context.Background(), batchOf(id, rs...)); err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "flush") {
			_ = s.Flush(context.Background())
		}
	}
	return all
}

// checkArrived compares the counters with what the sink has: the parts of acknowledged records are
// all there, and all is in order.
func checkArrived(t *rapid.T, sink *fakeSink, c Counters) {
	parts := uint64(0)
	last := int64(-1)
	seen := make(map[int64]int)
	for _, d := range sink.datagrams() {
		for _, id := range d.Records {
			if id < last {
				t.Fatalf("record %d arrived after %d", id, last)
			}
			last = id
			seen[id]++
			parts++
		}
	}
	if parts != c.FlowRecords || uint64(len(sink.sent)) != c.Datagrams {
		t.Fatalf("%d flow records in %d datagrams arrived, counters %+v", parts, len(sink.sent), c)
	}
	if uint64(len(seen)) < c.Acknowledged.Records || uint64(len(seen)) > c.Acknowledged.Records+c.Dropped.Total().Records {
		t.Fatalf("parts of %d records arrived, counters %+v", len(seen), c)
	}
	checkWhole(t, sink, c)
	if !slices.IsSortedFunc(sink.datagrams(), func(a, b datagram) int { return int(a.Sequence) - int(b.Sequence) }) {
		t.Fatal("sequence numbers go back")
	}
}

// checkWhole counts the records that arrived with all of their parts: these, and no others, are
// acknowledged.
func checkWhole(t *rapid.T, sink *fakeSink, c Counters) {
	arrived, parts := make(map[int64]int), make(map[int64]int)
	for _, b := range sink.sent {
		for id, n := range partsIn(b) {
			arrived[id] += n.arrived
			parts[id] = n.parts
		}
	}
	var whole Sum
	for id, n := range arrived {
		if n == parts[id] {
			whole = whole.Plus(sum(id, id+1))
		}
	}
	if whole != c.Acknowledged {
		t.Fatalf("%+v arrived whole, counters %+v", whole, c)
	}
}

type partCount struct{ arrived, parts int }

func partsIn(b []byte) map[int64]partCount {
	counts := make(map[int64]partCount)
	b = b[len(b)-len(b)%fakePart-fakePart*len(decode(b).Records):]
	for ; len(b) > 0; b = b[fakePart:] {
		id := int64(binary.BigEndian.Uint64(b))
		counts[id] = partCount{counts[id].arrived + 1, int(binary.BigEndian.Uint32(b[12:]))}
	}
	return counts
}
