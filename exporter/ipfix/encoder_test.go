package ipfix

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

// at is the moment of a message whose aging clock is so much after wiretest.Start, which is also the
// wall clock's distance from 1970.
func at(after time.Duration) exporter.Moment {
	return exporter.Moment{Clock: wiretest.Start().Add(after).UnixNano(), Wall: time.Unix(0, 0).Add(after)}
}

// repeat is n times the record.
func repeat(n int, r flowtable.Record) []flowtable.Record {
	out := make([]flowtable.Record, n)
	for i := range out {
		out[i] = r
	}
	return out
}

func TestMixArrives(t *testing.T) {
	for _, vlan := range []bool{false, true} {
		o := options()
		o.KeyVLAN = vlan
		records := wiretest.Mix(100)
		c := newCollector(t)
		got := map[flowtable.Record]int{}
		wiretest.Drive(t, New(o), 1472, at(time.Minute), records, func(s wiretest.Sent) {
			m := c.read(s.Octets)
			if m.ObservationDomainId != 258 || m.flowSets > 4 || len(m.flows) != s.FlowRecords || s.Taken != s.FlowRecords {
				t.Errorf("domain %d, %d sets with %d flows, taken %d, records %d",
					m.ObservationDomainId, m.flowSets, len(m.flows), s.Taken, s.FlowRecords)
			}
			for _, f := range m.flows {
				if f.HasType != (f.Protocol == 1 || f.Protocol == 58) || f.HasUptimes {
					t.Errorf("protocol %d, element of ICMP there: %v, times since boot: %v", f.Protocol, f.HasType, f.HasUptimes)
				}
				got[f.Record]++
			}
		})
		for _, r := range records {
			got[wiretest.Shown(r, vlan)]--
		}
		for r, n := range got {
			if n != 0 {
				t.Errorf("%+d of %+v", n, r)
			}
		}
	}
}

// TestOrderWithinAKind: the flows of one kind stay in their order.
func TestOrderWithinAKind(t *testing.T) {
	records := wiretest.Mix(12)
	s := wiretest.One(t, New(options()), nil, 1472, at(time.Minute), records)
	var want []flowtable.Record
	for _, kind := range []int{0, 2, 1, 3} { // TCP, ping, UDP over IPv6, ping over IPv6
		for i := kind; i < s.Taken; i += 4 {
			want = append(want, wiretest.Shown(records[i], false))
		}
	}
	if diff := cmp.Diff(want, received(newCollector(t).read(s.Octets).flows)); diff != "" {
		t.Errorf("flows (-want +got):\n%s", diff)
	}
}

func TestMessagesAreFull(t *testing.T) {
	for limit := 500; limit <= 1500; limit++ {
		e := New(options())
		wiretest.One(t, e, nil, limit, at(time.Minute), repeat(100, wiretest.TCP()))
		s := wiretest.One(t, e, nil, limit, at(time.Minute), repeat(100, wiretest.TCP()))
		if s.Taken != e.Capacity(limit) {
			t.Errorf("limit %d: %d records, capacity %d", limit, s.Taken, e.Capacity(limit))
		}
	}
}

func TestKeepsWhatIsInDst(t *testing.T) {
	e := New(options())
	enc := e.Append([]byte("kept"), 1472, at(0), wiretest.Mix(4))
	if string(enc.Datagram[:4]) != "kept" || len(newCollector(t).read(enc.Datagram[4:]).flows) != 4 {
		t.Error("what was in dst is lost, or the message behind it")
	}
}

// TestLongestMessage: the length field has 16 bits.
func TestLongestMessage(t *testing.T) {
	e, c := New(options()), newCollector(t)
	n := 0
	wiretest.Drive(t, e, 1<<20, at(0), repeat(3000, wiretest.TCP()), func(s wiretest.Sent) {
		if len(s.Octets) > math.MaxUint16 {
			t.Fatalf("%d octets", len(s.Octets))
		}
		n += len(c.read(s.Octets).flows)
	})
	if n != 3000 {
		t.Errorf("%d flows of 3000", n)
	}
}

// TestSequenceCountsRecords: those of flows and of options, templates not, and it wraps.
func TestSequenceCountsRecords(t *testing.T) {
	o := options()
	o.StatisticsInterval = time.Minute
	e, c := New(o), newCollector(t)
	e.now.sequence, c.sequence = math.MaxUint32-40, math.MaxUint32-40
	var got []uint32
	for i := range 4 {
		m := c.read(wiretest.One(t, e, nil, 1472, at(time.Duration(i)*time.Minute), repeat(15, wiretest.TCP())).Octets)
		got = append(got, m.SequenceNumber)
	}
	first := uint32(math.MaxUint32 - 40) // then 15 flows, and 15 with 3 of options
	if diff := cmp.Diff([]uint32{first, first + 15, first + 33, 10}, got); diff != "" {
		t.Errorf("sequence (-want +got):\n%s", diff)
	}
}

// TestExportTime is the second at or after the clock and every end.
func TestExportTime(t *testing.T) {
	const now = int64(1_709_251_200)
	tests := []struct {
		name    string
		clock   int64
		last    int64
		want    int64
		clamped bool
	}{
		{"clock", now * 1e9, now*1e9 - 1, now, false},
		{"clock past a second", now*1e9 + 1, now * 1e9, now + 1, false},
		{"end after the clock", now * 1e9, now*1e9 + 1, now + 1, false},
		{"an older file", now * 1e9, 1e18, now, false},
		{"1970", 0, 0, 0, false},
		{"before 1970", -5e9, -6e9, 0, true},
		{"after 2106", 1 << 62, 1<<62 - 1, math.MaxUint32, false},
	}
	for _, tt := range tests {
		r := wiretest.TCP()
		r.First, r.Last = tt.last, tt.last
		s := wiretest.One(t, New(options()), nil, 1472, exporter.Moment{Clock: tt.clock}, []flowtable.Record{r})
		m := newCollector(t).read(s.Octets)
		if int64(m.ExportTime) != tt.want || (s.Clamped == 1) != tt.clamped {
			t.Errorf("%s: export time %d, clamped %d; want %d, %v", tt.name, m.ExportTime, s.Clamped, tt.want, tt.clamped)
		}
		if diff := cmp.Diff([]flowtable.Record{wiretest.Shown(r, false)}, received(m.flows)); diff != "" {
			t.Errorf("%s: flow (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestAnyRecords: what goflow2 decodes is the records, whatever the limit.
func TestAnyRecords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		choose := func(n uint64) uint64 { return rapid.Uint64Range(0, n-1).Draw(rt, "choice") }
		o := exporter.EncoderOptions{
			KeyVLAN: choose(2) == 1, TemplatePackets: int(choose(4)),
			TemplateInterval: time.Duration(choose(2)), StatisticsInterval: time.Duration(choose(2)),
		}
		records := make([]flowtable.Record, choose(50))
		clock := int64(math.MinInt64)
		want := map[flowtable.Record]int{}
		unrepresentable := 0
		for i := range records {
			r := wiretest.Record(choose)
			records[i] = r
			clock = max(clock, r.Last)
			want[wiretest.Shown(r, o.KeyVLAN)]++
			if r.First < 0 {
				unrepresentable++
			}
		}
		e := New(o)
		limit := e.MinLimit() + int(choose(1500))
		c := newCollector(t)
		for moment := (exporter.Moment{Clock: clock, Wall: time.Unix(1, 0)}); len(records) > 0; {
			moment.Wall = moment.Wall.Add(1)
			s := wiretest.One(t, e, nil, limit, moment, records)
			records = records[s.Taken:]
			unrepresentable -= s.Clamped
			m := c.read(s.Octets)
			for _, f := range m.flows {
				want[f.Record]--
				if int64(m.ExportTime)*1e9 < f.Last && m.ExportTime != math.MaxUint32 {
					rt.Fatalf("export time %d s, before the end at %d ms", m.ExportTime, f.Last/1e6)
				}
			}
		}
		for r, n := range want {
			if n != 0 {
				rt.Fatalf("%+d of %+v missing", n, r)
			}
		}
		if unrepresentable != 0 {
			rt.Fatalf("%d records with times before 1970 not counted as clamped", unrepresentable)
		}
	})
}

func TestNoAllocations(t *testing.T) {
	o := options()
	o.TemplatePackets, o.StatisticsInterval = 2, 1
	o.Statistics = func() exporter.Statistics { return exporter.Statistics{IgnoredPackets: 1} }
	e := New(o)
	records := wiretest.Mix(40)
	buffer := make([]byte, 0, 1500)
	moment := at(time.Minute)
	if n := testing.AllocsPerRun(100, func() {
		moment.Wall = moment.Wall.Add(1)
		e.Append(buffer, 1472, moment, records)
		e.Commit()
	}); n != 0 {
		t.Errorf("%v allocations a message", n)
	}
}
