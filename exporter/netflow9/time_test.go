package netflow9

import (
	"math"
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

// during is a TCP record from first to last, in milliseconds since 1970.
func during(first, last int64) flowtable.Record {
	r := wiretest.TCP()
	r.First, r.Last = first*1e6, last*1e6
	return r
}

const (
	// now is 2024-03-01 in seconds.
	now = int64(1_709_251_200)
	// uptimes is 2³²−1 ms in whole seconds: how far after boot a header can be.
	uptimes = 4294967
)

// TestTimes exports records one after the other, in one session. Of each the times since 1970 must
// arrive, the collector's check does the same for those since boot; a new boot time brings the
// templates again.
func TestTimes(t *testing.T) {
	const zero = now - 2147484 // 2³¹ ms before the first header
	tests := []struct {
		name     string
		clock    int64 // seconds
		record   flowtable.Record
		header   int64 // seconds
		boot     int64 // seconds
		round    bool
		absolute bool
	}{
		{"the session's first", now, during(now*1000-1500, now*1000-1), now, zero, true, false},
		{"24.8 days long", now, during(zero*1000, now*1000), now, zero, false, false},
		{"49.7 days after boot", zero + uptimes, during((zero+uptimes)*1000-1, (zero+uptimes)*1000), zero + uptimes, zero, false, false},
		{"clock past it, record within", zero + uptimes + 1, during(now*1000, now*1000+1), now + 1, zero, false, false},
		{
			"a millisecond past 49.7 days", zero + uptimes + 1, during((zero+uptimes)*1000, (zero+uptimes)*1000+1),
			zero + uptimes + 1, zero + uptimes + 1 - 2147484, true, false,
		},
		{"an older file", zero + uptimes + 1, during(1e12, 1e12+5), 1e9 + 1, 1e9 + 1 - 2147484, true, false},
		{"times of 1970", zero + uptimes + 1, during(0, 0), 0, 0, true, false},
		{"over 1970", zero + uptimes + 1, during(-2000, 1500), 2, 0, false, false},
		{"42 years", now, during(0, now*1000), now, now - 2147484, true, true},
		{"longest", now, during(now*1000-uptimes*1000, now*1000), now, now - uptimes, true, false},
		{"a millisecond longer", now, during(now*1000-uptimes*1000-1, now*1000), now, now - uptimes, false, true},
		{"the last second", math.MaxUint32, during(math.MaxUint32*1000-5, math.MaxUint32*1000), math.MaxUint32, math.MaxUint32 - 2147484, true, false},
		{"after 2106", math.MaxUint32 + 100, during(math.MaxUint32*1000+50_000, math.MaxUint32*1000+60_000), math.MaxUint32, math.MaxUint32 - 2147484, false, true},
	}
	e, c := New(options()), newCollector(t)
	for _, tt := range tests {
		s := wiretest.One(t, e, nil, 1472, exporter.Moment{Clock: tt.clock * 1e9}, []flowtable.Record{tt.record})
		p := c.read(s.Octets)
		if len(p.flows) != 1 || p.flows[0].Record != wiretest.Shown(tt.record, false) {
			t.Errorf("%s: %+v", tt.name, p.flows)
		}
		if (p.absolute == 1) != tt.absolute {
			t.Errorf("%s: without times since boot: %v", tt.name, p.absolute == 1)
		}
		if round := len(p.templates) >= 4; round != tt.round {
			t.Errorf("%s: templates %v", tt.name, p.templates)
		}
		if int64(p.UnixSeconds) != tt.header || p.boot() != tt.boot*1000 || p.SystemUptime%1000 != 0 {
			t.Errorf("%s: header at %d s, boot at %d ms; want %d s, %d s", tt.name, p.UnixSeconds, p.boot(), tt.header, tt.boot)
		}
		if want := tt.record.First < 0; (s.Clamped == 1) != want {
			t.Errorf("%s: clamped %d", tt.name, s.Clamped)
		}
	}
}

// TestErasEndDatagrams: a datagram ends before the first record that its boot time can't show, and
// the sequence goes on.
func TestErasEndDatagrams(t *testing.T) {
	records := []flowtable.Record{
		during(now*1000, now*1000), during(now*1000-5, now*1000), // this year
		during(1e12, 1e12),           // 2001
		during(1e12-4e9, 1e12-4e9),   // 46 days earlier: one boot time serves both
		during(now*1000-9, now*1000), // and back
	}
	var counts []int
	c := newCollector(t)
	wiretest.Drive(t, New(options()), 1472, exporter.Moment{Clock: now * 1e9}, records, func(s wiretest.Sent) {
		p := c.read(s.Octets)
		if int(p.SequenceNumber) != len(counts) || len(p.templates) != 4 {
			t.Errorf("datagram %d: sequence %d, %d templates", len(counts), p.SequenceNumber, len(p.templates))
		}
		counts = append(counts, len(p.flows))
	})
	if len(counts) != 3 || counts[0] != 2 || counts[1] != 2 || counts[2] != 1 {
		t.Errorf("flows a datagram %v, want 2, 2, 1", counts)
	}
}

// TestIdleForFiftyDays is a session without records, its templates repeated by time.
func TestIdleForFiftyDays(t *testing.T) {
	o := options()
	o.TemplateInterval = 1
	e, c := New(o), newCollector(t)
	for day := range int64(120) {
		clock := now + day*86400
		moment := at(0)
		moment.Clock = clock * 1e9
		moment.Wall = moment.Wall.Add(time.Duration(day))
		p := c.read(wiretest.One(t, e, nil, 1472, moment, nil).Octets)
		if int64(p.UnixSeconds) != clock || len(p.templates) != 4 {
			t.Fatalf("day %d: header at %d, want %d; templates %v", day, p.UnixSeconds, clock, p.templates)
		}
	}
}
