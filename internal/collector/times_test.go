package collector

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/flowtable"
)

func ms(n int64) int64 { return n * 1e6 }

// toNTP is how an encoder makes NTP format: the fraction cut off.
func toNTP(ns int64) uint64 {
	s, fraction := ns/1e9, ns%1e9
	return uint64(s+2208988800)<<32 | uint64(fraction)<<32/1e9
}

func TestTimes(t *testing.T) {
	const now = int64(exportTime) * 1e9
	first, last := now-5_123_456_789, now-1_000_000_001
	type timeCase struct {
		name        string
		fields      []spec
		values      []byte
		first, last int64
	}
	for _, c := range []timeCase{
		{"seconds", []spec{{id: 150, length: 4}, {id: 151, length: 4}}, join(u32(1699999990), u32(1699999995)), 1699999990e9, 1699999995e9},
		{"milliseconds", []spec{{id: 152, length: 8}, {id: 153, length: 8}}, join(u64(1699999990123), u64(1699999995999)), ms(1699999990123), ms(1699999995999)},
		{"microseconds", []spec{{id: 154, length: 8}, {id: 155, length: 8}}, join(u64(toNTP(first)), u64(toNTP(last))), now - 5_123_457_000, now - 1_000_000_000},
		{"nanoseconds", []spec{{id: 156, length: 8}, {id: 157, length: 8}}, join(u64(toNTP(first)), u64(toNTP(last))), first, last},
		{"delta", []spec{{id: 158, length: 4}, {id: 159, length: 4}}, join(u32(2_000_001), u32(0)), now - 2_000_001_000, now},
		{
			"most exact wins",
			[]spec{{id: 150, length: 4}, {id: 153, length: 8}, {id: 151, length: 4}, {id: 152, length: 8}},
			join(u32(1), u64(1699999995999), u32(2), u64(1699999990123)), ms(1699999990123), ms(1699999995999),
		},
		{"start and duration", []spec{{id: 152, length: 8}, {id: 161, length: 4}}, join(u64(1699999990123), u32(1500)), ms(1699999990123), ms(1699999991623)},
		{"end and duration in µs", []spec{{id: 153, length: 8}, {id: 162, length: 4}}, join(u64(1699999990123), u32(1500)), ms(1699999990123) - 1_500_000, ms(1699999990123)},
		{"start alone", []spec{{id: 150, length: 4}}, u32(7), 7e9, 7e9},
		{"end alone", []spec{{id: 151, length: 4}}, u32(7), 7e9, 7e9},
		{"observation ms", []spec{{id: 323, length: 8}}, u64(1699999990123), ms(1699999990123), ms(1699999990123)},
		{"observation s", []spec{{id: 322, length: 4}}, u32(1699999990), 1699999990e9, 1699999990e9},
		{"observation µs", []spec{{id: 324, length: 8}}, u64(toNTP(first)), now - 5_123_457_000, now - 5_123_457_000},
		{"observation ns", []spec{{id: 325, length: 8}}, u64(toNTP(first)), first, first},
		{
			"uptime with its boot in the record",
			[]spec{{id: 160, length: 8}, {id: 22, length: 4}, {id: 21, length: 4}},
			join(u64(1690000000500), u32(1000), u32(2000)), ms(1690000001500), ms(1690000002500),
		},
		{"uptime without a boot", []spec{{id: 22, length: 4}, {id: 21, length: 4}}, join(u32(1000), u32(2000)), now, now},
		{"none", nil, nil, now, now},
		{
			"absurd milliseconds",
			[]spec{{id: 152, length: 8}, {id: 153, length: 8}},
			join(u64(math.MaxUint64), u64(math.MaxInt64)),
			flowtable.MaxTime / 1e6 * 1e6, flowtable.MaxTime / 1e6 * 1e6,
		},
		{
			"absurd sum",
			[]spec{{id: 160, length: 8}, {id: 22, length: 8}},
			join(u64(math.MaxUint64), u64(math.MaxUint64)),
			flowtable.MaxTime / 1e6 * 1e6, flowtable.MaxTime / 1e6 * 1e6,
		},
		{"seconds of eight octets", []spec{{id: 150, length: 8}}, u64(math.MaxUint64), flowtable.MaxTime / 1e6 * 1e6, flowtable.MaxTime / 1e6 * 1e6},
	} {
		got := decodeOne(t, join(ip("10.0.0.1"), c.values), append([]spec{{id: 8, length: 4}}, c.fields...)...)
		if got.First != c.first || got.Last != c.last {
			t.Errorf("%s: %d–%d, want %d–%d", c.name, got.First, got.Last, c.first, c.last)
		}
	}
}

// IPFIX sends the boot time that elements 21 and 22 need in options.
func TestUptimeWithBootFromOptions(t *testing.T) {
	c := New(Options{})
	data := set(257, ip("10.0.0.1"), u32(1000), u32(2000))
	got := decode(t, c,
		ipfix(0, set(2, tmpl(257, spec{id: 8, length: 4}, spec{id: 22, length: 4}, spec{id: 21, length: 4})), data),
		ipfix(1, set(3, optionsTmpl(256, 1, spec{id: 143, length: 4}, spec{id: 160, length: 8})), set(256, u32(1), u64(1690000000500)), data))
	if n := only(t, c).RecordsWithoutTimes; n != 1 || got[0].First != exportTime*1e9 {
		t.Errorf("%d without times, first %d", n, got[0].First)
	}
	if got[1].First != ms(1690000001500) || got[1].Last != ms(1690000002500) {
		t.Errorf("%d–%d", got[1].First, got[1].Last)
	}
}

// sysUptime wraps after 49.7 days; header and fields are then on different sides.
func TestUptimeWrap(t *testing.T) {
	for _, c := range []struct {
		name           string
		header, field  uint32
		beforeExportMS int64
	}{
		{"now", 5000, 5000, 0},
		{"before", 5000, 1000, 4000},
		{"since boot, 49 days ago", math.MaxUint32, 0, math.MaxUint32},
		{"before the wrap", 5000, math.MaxUint32 - 999, 6000},
		{"a little after the header", 5000, 5010, -10},
		{"a little after the header, across the wrap", math.MaxUint32, 9, math.MaxUint32 - 9},
	} {
		at := clock{export: exportTime * 1000, uptime: c.header, hasUptime: true}
		if got, want := at.at(uint64(c.field)), ms(exportTime*1000-c.beforeExportMS); got != want {
			t.Errorf("%s: %v off", c.name, time.Duration(got-want))
		}
	}
}

func TestNTPEras(t *testing.T) {
	for _, text := range []string{"1970-01-01T00:00:00Z", "1999-12-31T23:59:59.999999999Z", "2036-02-07T06:28:15Z", "2036-02-07T06:28:16Z", "2100-01-01T00:00:00.000000001Z"} {
		at, _ := time.Parse(time.RFC3339Nano, text)
		c := clock{export: at.UnixMilli()}
		if got := c.ntp(toNTP(at.UnixNano()), 1); got != at.UnixNano() {
			t.Errorf("%s: got %s", text, time.Unix(0, got).UTC())
		}
	}
}

func TestNTPRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ns := rapid.Int64Range(0, 4e18).Draw(t, "ns")
		// The export may be decades away: captures are.
		export := rapid.Int64Range(max(ns/1e6-1e12, 0), min(ns/1e6+1e12, math.MaxUint32*1000)).Draw(t, "export")
		c := clock{export: export}
		if got := c.ntp(toNTP(ns), 1); got != ns {
			t.Fatalf("%d ns came back as %d", ns, got)
		}
		us := ns / 1000 * 1000
		masked := toNTP(us) &^ (1<<11 - 1) // RFC 7011 §6.1.9: the low 11 bits are zero
		if got := c.ntp(masked, 1000); got != us {
			t.Fatalf("%d ns came back as %d from microseconds", us, got)
		}
	})
}
