package netflow9

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

// at is the moment of a datagram whose aging clock is so much after wiretest.Start, which is also
// the wall clock's distance from 1970.
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

// received is the flows of all datagrams, the first-named fields of each as they must be shown.
func received(flows []wiretest.Decoded) []flowtable.Record {
	var out []flowtable.Record
	for _, f := range flows {
		out = append(out, f.Record)
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
		datagrams := 0
		wiretest.Drive(t, New(o), 1472, at(time.Minute), records, func(s wiretest.Sent) {
			p := c.read(s.Octets)
			if p.SourceId != 258 || int(p.SequenceNumber) != datagrams {
				t.Errorf("source %d, sequence %d; want 258, %d", p.SourceId, p.SequenceNumber, datagrams)
			}
			if len(p.sets) > 4 || len(p.flows) != s.FlowRecords || s.Taken != s.FlowRecords {
				t.Errorf("%d FlowSets with %d flows, taken %d, records %d", len(p.sets), len(p.flows), s.Taken, s.FlowRecords)
			}
			datagrams++
			for _, f := range p.flows {
				if f.HasType != (f.Protocol == 1 || f.Protocol == 58) {
					t.Errorf("protocol %d, element of ICMP there: %v", f.Protocol, f.HasType)
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

func TestDatagramsAreFull(t *testing.T) {
	for limit := 400; limit <= 1500; limit++ {
		e := New(options())
		wiretest.One(t, e, nil, limit, at(time.Minute), repeat(100, wiretest.TCP()))
		s := wiretest.One(t, e, nil, limit, at(time.Minute), repeat(100, wiretest.TCP()))
		if s.Taken > e.Capacity(limit) {
			t.Errorf("limit %d: %d records, capacity %d", limit, s.Taken, e.Capacity(limit))
		}
		// An IPv4 record has 66 octets; header, FlowSet header, records, padding.
		if want := (limit&^3 - 20 - 4) / 66; s.Taken != want {
			t.Errorf("limit %d: %d records, %d have room", limit, s.Taken, want)
		}
	}
}

func TestKeepsWhatIsInDst(t *testing.T) {
	e := New(options())
	enc := e.Append([]byte("kept"), 1472, at(0), wiretest.Mix(4))
	if string(enc.Datagram[:4]) != "kept" || len(newCollector(t).read(enc.Datagram[4:]).flows) != 4 {
		t.Error("what was in dst is lost, or the datagram behind it")
	}
}

func TestSequenceWraps(t *testing.T) {
	e := New(options())
	e.now.sequence = math.MaxUint32
	c := newCollector(t)
	var got []uint32
	wiretest.Drive(t, e, 1472, at(time.Minute), repeat(50, wiretest.TCP()), func(s wiretest.Sent) {
		got = append(got, c.read(s.Octets).SequenceNumber)
	})
	if diff := cmp.Diff([]uint32{math.MaxUint32, 0, 1}, got); diff != "" {
		t.Errorf("sequence (-want +got):\n%s", diff)
	}
}

// TestShorterLimit makes a datagram anew: same sequence number, templates again, nothing lost.
func TestShorterLimit(t *testing.T) {
	e := New(options())
	records := wiretest.Mix(40)
	e.Append(nil, 1472, at(0), records)
	got := 0
	c := newCollector(t)
	for i, s := range wiretest.Drive(t, e, 548, at(0), records, nil) {
		p := c.read(s.Octets)
		if int(p.SequenceNumber) != i {
			t.Errorf("datagram %d has sequence %d", i, p.SequenceNumber)
		}
		got += len(p.flows)
	}
	if got != 40 {
		t.Errorf("%d flows arrived of 40", got)
	}
}

// TestAnyRecords: what goflow2 decodes is the records, whatever the limit.
func TestAnyRecords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		choose := func(n uint64) uint64 { return rapid.Uint64Range(0, n-1).Draw(rt, "choice") }
		o := exporter.EncoderOptions{KeyVLAN: choose(2) == 1, TemplatePackets: int(choose(4)), TemplateInterval: time.Duration(choose(2))}
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
		sequence := uint32(0)
		moment := exporter.Moment{Clock: clock, Wall: time.Unix(1, 0)}
		wiretest.Drive(t, e, limit, moment, records, func(s wiretest.Sent) {
			p := c.read(s.Octets)
			if p.SequenceNumber != sequence {
				rt.Fatalf("sequence %d, want %d", p.SequenceNumber, sequence)
			}
			sequence++
			unrepresentable -= s.Clamped
			for _, f := range p.flows {
				want[f.Record]--
				if int64(p.UnixSeconds)*1e9 < f.Last && p.UnixSeconds != math.MaxUint32 {
					rt.Fatalf("header at %d s, before the end at %d ms", p.UnixSeconds, f.Last/1e6)
				}
			}
		})
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
	o.TemplatePackets = 2
	e := New(o)
	records := wiretest.Mix(40)
	buffer := make([]byte, 0, 1500)
	moment := at(time.Minute)
	if n := testing.AllocsPerRun(100, func() {
		e.Append(buffer, 1472, moment, records)
		e.Commit()
	}); n != 0 {
		t.Errorf("%v allocations a datagram", n)
	}
}
