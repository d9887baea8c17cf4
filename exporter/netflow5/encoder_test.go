package netflow5

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

// at is the moment of a datagram whose aging clock is so much after wiretest.Start.
func at(after time.Duration) exporter.Moment {
	return exporter.Moment{Clock: wiretest.Start().Add(after).UnixNano(), Wall: time.Unix(0, 0)}
}

// repeat is n times the record.
func repeat(n int, r flowtable.Record) []flowtable.Record {
	out := make([]flowtable.Record, n)
	for i := range out {
		out[i] = r
	}
	return out
}

func TestFullDatagrams(t *testing.T) {
	e := New(exporter.EncoderOptions{Domain: 0xaabb0102})
	var counts, sequence []int
	wiretest.Drive(t, e, 1472, at(time.Minute), repeat(65, wiretest.TCP()), func(s wiretest.Sent) {
		p := decode(t, s.Octets)
		counts, sequence = append(counts, int(p.Count)), append(sequence, int(p.FlowSequence))
		if p.EngineType != 1 || p.EngineId != 2 {
			t.Errorf("engine %d, %d; want the domain's low 16 bits 1, 2", p.EngineType, p.EngineId)
		}
	})
	if diff := cmp.Diff([]int{30, 30, 5}, counts); diff != "" {
		t.Errorf("records a datagram (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0, 30, 60}, sequence); diff != "" {
		t.Errorf("sequence (-want +got):\n%s", diff)
	}
}

func TestLimits(t *testing.T) {
	e := New(exporter.EncoderOptions{})
	if got := e.MinLimit(); got != 72 {
		t.Errorf("MinLimit() = %d, want a header and a record: 72", got)
	}
	for limit, want := range map[int]int{-1: 0, 71: 0, 72: 1, 119: 1, 120: 2, 484: 9, 1464: 30, 9000: 30} {
		if got := e.Capacity(limit); got != want {
			t.Errorf("Capacity(%d) = %d, want %d", limit, got, want)
		}
		enc := e.Append(nil, limit, at(time.Minute), repeat(40, wiretest.TCP()))
		if enc.Taken != want || len(enc.Datagram) > max(limit, 0) {
			t.Errorf("limit %d: %d records in %d octets, want %d", limit, enc.Taken, len(enc.Datagram), want)
		}
	}
}

func TestNothingToSend(t *testing.T) {
	e := New(exporter.EncoderOptions{})
	if enc := e.Append(nil, 1472, exporter.Moment{Final: true}, nil); len(enc.Datagram) != 0 || enc.Taken != 0 {
		t.Errorf("without records: %+v", enc)
	}
	enc := e.Append(nil, 1472, at(0), repeat(40, wiretest.UDP6()))
	if len(enc.Datagram) != 0 || enc.Taken != 40 || enc.Unexportable != 40 {
		t.Errorf("IPv6 alone: %d octets, taken %d, unexportable %d", len(enc.Datagram), enc.Taken, enc.Unexportable)
	}
}

func TestIPv6IsTakenAndCounted(t *testing.T) {
	e := New(exporter.EncoderOptions{})
	records := []flowtable.Record{wiretest.UDP6(), wiretest.TCP(), wiretest.Ping6(), wiretest.Ping(), wiretest.UDP6()}
	enc := e.Append([]byte("kept"), 1472, at(time.Minute), records)
	if string(enc.Datagram[:4]) != "kept" {
		t.Error("what was in dst is lost")
	}
	if enc.Taken != 5 || enc.Unexportable != 3 || enc.FlowRecords != 2 || enc.Clamped != 0 || enc.Partial {
		t.Errorf("taken %d, unexportable %d, records %d, clamped %d, partial %v; want 5, 3, 2, 0, false",
			enc.Taken, enc.Unexportable, enc.FlowRecords, enc.Clamped, enc.Partial)
	}
	p := decode(t, enc.Datagram[4:])
	if p.Records[1].Proto != 1 || p.Records[1].DstPort != 8*256 {
		t.Errorf("second record %+v, want the ping with type × 256 + code as port", p.Records[1])
	}
}

// TestSplitOverDatagrams is a record of 40 parts: 30 in one datagram, 10 in the next.
func TestSplitOverDatagrams(t *testing.T) {
	e := New(exporter.EncoderOptions{})
	big := wiretest.TCP()
	big.Packets, big.Octets = 1_000_000_007, 40*math.MaxUint32
	records := []flowtable.Record{big, wiretest.Ping()}

	first := wiretest.One(t, e, nil, 1472, at(time.Minute), records)
	if first.Taken != 0 || !first.Partial || first.FlowRecords != 30 {
		t.Fatalf("first datagram: taken %d, partial %v, records %d", first.Taken, first.Partial, first.FlowRecords)
	}
	second := wiretest.One(t, e, nil, 1472, at(time.Minute), records)
	if second.Taken != 2 || second.Partial || second.FlowRecords != 11 {
		t.Fatalf("second datagram: taken %d, partial %v, records %d", second.Taken, second.Partial, second.FlowRecords)
	}
	if p := decode(t, second.Octets); p.FlowSequence != 30 {
		t.Errorf("sequence %d, want 30", p.FlowSequence)
	}
	want := []flowtable.Record{shown(big), shown(wiretest.Ping())}
	if diff := cmp.Diff(want, merged(t, []wiretest.Sent{first, second}, records)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

// TestShorterLimitWithinSplit makes the second datagram of a split record anew with a lower limit.
func TestShorterLimitWithinSplit(t *testing.T) {
	e := New(exporter.EncoderOptions{})
	big := wiretest.TCP()
	big.Octets = 35 * math.MaxUint32
	records := []flowtable.Record{big}
	sent := []wiretest.Sent{wiretest.One(t, e, nil, 1472, at(time.Minute), records)}
	e.Append(nil, 1472, at(time.Minute), records) // too long for the path, not committed
	sent = append(sent, wiretest.Drive(t, e, 72, at(time.Minute), records, nil)...)
	if len(sent) != 6 {
		t.Errorf("%d datagrams, want 1 with 30 and 5 with one", len(sent))
	}
	if diff := cmp.Diff([]flowtable.Record{shown(big)}, merged(t, sent, records)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

func TestJumboPacketsKeepTheirOctets(t *testing.T) {
	e := New(exporter.EncoderOptions{})
	r := wiretest.TCP()
	r.Packets, r.Octets = 1, 3*math.MaxUint32
	records := []flowtable.Record{r}
	sent := wiretest.Drive(t, e, 1472, at(time.Minute), records, nil)
	if diff := cmp.Diff([]flowtable.Record{shown(r)}, merged(t, sent, records)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

func TestSequenceWraps(t *testing.T) {
	e := New(exporter.EncoderOptions{})
	e.now.sequence = math.MaxUint32 - 9
	var got []uint32
	wiretest.Drive(t, e, 1472, at(time.Minute), repeat(61, wiretest.TCP()), func(s wiretest.Sent) {
		got = append(got, decode(t, s.Octets).FlowSequence)
	})
	if diff := cmp.Diff([]uint32{math.MaxUint32 - 9, 20, 50}, got); diff != "" {
		t.Errorf("sequence (-want +got):\n%s", diff)
	}
}

// TestAnyRecords: what goflow2 decodes is the records, sums of split ones exact.
func TestAnyRecords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		choose := func(n uint64) uint64 { return rapid.Uint64Range(0, n-1).Draw(rt, "choice") }
		records := make([]flowtable.Record, choose(50))
		clock := int64(math.MinInt64)
		for i := range records {
			records[i] = wiretest.Record(choose)
			clock = max(clock, records[i].Last)
		}
		e := New(exporter.EncoderOptions{})
		limit := e.MinLimit() + int(choose(1500))
		sequence, clamped := 0, 0
		sent := wiretest.Drive(t, e, limit, exporter.Moment{Clock: clock}, records, func(s wiretest.Sent) {
			clamped += s.Clamped
			if len(s.Octets) == 0 {
				return
			}
			p := decode(t, s.Octets)
			if int(p.FlowSequence) != sequence {
				rt.Fatalf("sequence %d, want %d", p.FlowSequence, sequence)
			}
			sequence += s.FlowRecords
		})
		var want []flowtable.Record
		for _, r := range records {
			if r.IPVersion == 4 {
				want = append(want, shown(r))
			}
		}
		got := merged(t, sent, records)
		moved := 0
		for i := range got {
			if got[i].First != want[i].First || got[i].Last != want[i].Last {
				moved++
				got[i].First, got[i].Last = want[i].First, want[i].Last
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("records (-want +got):\n%s", diff)
		}
		if moved > clamped {
			rt.Fatalf("%d records have other times, %d were counted as clamped", moved, clamped)
		}
	})
}

func TestNoAllocations(t *testing.T) {
	e := New(exporter.EncoderOptions{})
	records := wiretest.Mix(120)
	buffer := make([]byte, 0, 1500)
	moment := at(time.Minute)
	if n := testing.AllocsPerRun(100, func() {
		e.Append(buffer, 1472, moment, records)
		e.Commit()
	}); n != 0 {
		t.Errorf("%v allocations a datagram", n)
	}
}
