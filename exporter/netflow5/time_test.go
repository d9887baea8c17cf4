package netflow5

import (
	"math"
	"testing"

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

// now is 2024-03-01 in seconds.
const now = int64(1_709_251_200)

// uptimes is 2³²−1 ms in whole seconds: how far after boot a header can be.
const uptimes = 4294967

// TestTimes exports records one after the other, in one session, and compares the times that arrive
// and the boot time.
func TestTimes(t *testing.T) {
	const zero = now - 2147484 // 2³¹ ms before the first header
	tests := []struct {
		name        string
		clock       int64 // seconds
		record      flowtable.Record
		first, last int64 // milliseconds
		header      int64 // seconds
		boot        int64 // seconds
		clamped     bool
	}{
		{"the session's first", now, during(now*1000-1500, now*1000-1), now*1000 - 1500, now*1000 - 1, now, zero, false},
		{"24.8 days long", now, during(zero*1000, now*1000), zero * 1000, now * 1000, now, zero, false},
		{"49.7 days after boot", zero + uptimes, during((zero+uptimes)*1000-1, (zero+uptimes)*1000), (zero+uptimes)*1000 - 1, (zero + uptimes) * 1000, zero + uptimes, zero, false},
		{"clock past it, record within", zero + uptimes + 1, during(now*1000, now*1000+1), now * 1000, now*1000 + 1, now + 1, zero, false},
		{
			"a millisecond past 49.7 days", zero + uptimes + 1, during(zero*1000+uptimes*1000, zero*1000+uptimes*1000+1),
			zero*1000 + uptimes*1000, zero*1000 + uptimes*1000 + 1, zero + uptimes + 1, zero + uptimes + 1 - 2147484, false,
		},
		{"an older file", zero + uptimes + 1, during(1e12, 1e12+5), 1e12, 1e12 + 5, 1e9 + 1, 1e9 + 1 - 2147484, false},
		{"times of 1970", zero + uptimes + 1, during(0, 0), 0, 0, 0, 0, false},
		{"before 1970", zero + uptimes + 1, during(-2000, -1000), 0, 0, 0, 0, true},
		{"over 1970", zero + uptimes + 1, during(-2000, 1500), 0, 1500, 2, 0, true},
		{"42 years", now, during(0, now*1000), (now - uptimes) * 1000, now * 1000, now, now - uptimes, true},
		{"the last second", math.MaxUint32, during(math.MaxUint32*1000-5, math.MaxUint32*1000), math.MaxUint32*1000 - 5, math.MaxUint32 * 1000, math.MaxUint32, math.MaxUint32 - 2147484, false},
		{"after 2106", math.MaxUint32 + 100, during(math.MaxUint32*1000+50_000, math.MaxUint32*1000+60_000), math.MaxUint32 * 1000, math.MaxUint32 * 1000, math.MaxUint32, math.MaxUint32 - 2147484, true},
	}
	e := New(exporter.EncoderOptions{})
	for _, tt := range tests {
		records := []flowtable.Record{tt.record}
		s := wiretest.One(t, e, nil, 1472, exporter.Moment{Clock: tt.clock * 1e9}, records)
		if s.Taken != 1 || (s.Clamped == 1) != tt.clamped {
			t.Errorf("%s: taken %d, clamped %d", tt.name, s.Taken, s.Clamped)
			continue
		}
		p := decode(t, s.Octets)
		got := flow(p, p.Records[0])
		if got.First != tt.first*1e6 || got.Last != tt.last*1e6 {
			t.Errorf("%s: %d..%d ms, want %d..%d", tt.name, got.First/1e6, got.Last/1e6, tt.first, tt.last)
		}
		if int64(p.UnixSecs) != tt.header || boot(p) != tt.boot*1000 {
			t.Errorf("%s: header at %d s, boot at %d ms; want %d s, %d s", tt.name, p.UnixSecs, boot(p), tt.header, tt.boot)
		}
	}
}

// TestErasEndDatagrams: a datagram ends before the first record that its boot time can't show.
func TestErasEndDatagrams(t *testing.T) {
	records := []flowtable.Record{
		during(now*1000, now*1000), during(now*1000-5, now*1000), // this year
		during(1e12, 1e12),           // 2001
		during(1e12-4e9, 1e12-4e9),   // 46 days earlier: one boot time serves both
		during(now*1000-9, now*1000), // and back
	}
	e := New(exporter.EncoderOptions{})
	var counts []int
	boots := map[int64]bool{}
	wiretest.Drive(t, e, 1472, exporter.Moment{Clock: now * 1e9}, records, func(s wiretest.Sent) {
		p := decode(t, s.Octets)
		counts = append(counts, int(p.Count))
		boots[boot(p)] = true
	})
	if len(counts) != 3 || counts[0] != 2 || counts[1] != 2 || counts[2] != 1 {
		t.Errorf("records a datagram %v, want 2, 2, 1", counts)
	}
	if len(boots) != 2 {
		t.Errorf("%d boot times %v, want 2", len(boots), boots)
	}
}

// TestHeaderIsNotBeforeAnyEnd, also where the records end after the clock.
func TestHeaderIsNotBeforeAnyEnd(t *testing.T) {
	records := []flowtable.Record{during(now*1000, now*1000+1), during(now*1000, now*1000+7001), during(now*1000, now*1000+2)}
	e := New(exporter.EncoderOptions{})
	s := wiretest.One(t, e, nil, 1472, exporter.Moment{Clock: now * 1e9}, records)
	if p := decode(t, s.Octets); int64(p.UnixSecs) != now+8 {
		t.Errorf("header at %d, want %d", p.UnixSecs, now+8)
	}
}
