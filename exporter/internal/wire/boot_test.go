package wire

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

// span is a record from first to last, in milliseconds since 1970.
func span(first, last int64) flowtable.Record {
	return flowtable.Record{First: first * 1e6, Last: last * 1e6, IPVersion: 4}
}

// now is 2024-03-01 in seconds.
const now = 1_709_251_200

func TestRelative(t *testing.T) {
	tests := []struct {
		name        string
		first, last int64 // milliseconds
		want        Window
		empty       bool
	}{
		{"one packet on a second", now * 1000, now * 1000, Window{now - 4294967, now}, false},
		{"one packet past a second", now*1000 + 1, now*1000 + 1, Window{now + 1 - 4294967, now}, false},
		{"at 1970", 0, 0, Window{-4294967, 0}, false},
		{"before 1970", -5000, -1, Window{-4294967, 0}, false},
		{"longest from a whole second", now * 1000, now*1000 + 4294967000, Window{now, now}, false},
		{"a millisecond longer", now * 1000, now*1000 + 4294967001, Window{}, true},
		{"as long, but over one more second", now*1000 + 1, now*1000 + 4294967001, Window{}, true},
		{"end before start", now * 1000, 0, Window{now - 4294967, now}, false},
		{"the last second", MaxSecond * 1000, MaxSecond * 1000, Window{MaxSecond - 4294967, MaxSecond}, false},
		{"after the last second", MaxSecond * 1000, MaxSecond*1000 + 1, Window{}, true},
	}
	for _, tt := range tests {
		r := span(tt.first, tt.last)
		got := Relative(&r)
		if got.Empty() != tt.empty || !tt.empty && got != tt.want {
			t.Errorf("%s: Relative = %v (empty: %v), want %v (empty: %v)", tt.name, got, got.Empty(), tt.want, tt.empty)
		}
		if a := Absolute(&r); a.Empty() {
			t.Errorf("%s: Absolute = %v is empty", tt.name, a)
		}
	}
}

// TestFirstBoot is a session's start: 2³¹ ms before the clock, on a whole second, not before 1970.
func TestFirstBoot(t *testing.T) {
	tests := []struct {
		name    string
		clock   int64
		records []flowtable.Record
		want    int64
	}{
		{"without records", now * 1e9, nil, now - 2147484},
		{"clock past a second", now*1e9 + 1, nil, now + 1 - 2147484},
		{"record at the clock", now * 1e9, []flowtable.Record{span(now*1000-300_000, now*1000)}, now - 2147484},
		{"record of 24 days", now * 1e9, []flowtable.Record{span((now-2073600)*1000, now*1000)}, now - 2147484},
		{"record of 40 days: its start", now * 1e9, []flowtable.Record{span((now-3456000)*1000, now*1000)}, now - 3456000},
		{"no clock", 0, nil, 0},
		{"times of 1970", 0, []flowtable.Record{span(0, 0)}, 0},
		{"clock before 1970", math.MinInt64, nil, 0},
		{"20 days into 1970", 20 * 86400e9, []flowtable.Record{span(0, 20*86400e3)}, 0},
		{"older record: 2³¹ ms before its end", now * 1e9, []flowtable.Record{span(1e12, 1e12)}, 1e9 - 2147484},
		{"older record, and an even older one that fits with it", now * 1e9, []flowtable.Record{span(1e12, 1e12), span(1e12-4e9, 1e12-4e9)}, 1e9 - 4e6},
		{"older record, and one that doesn't fit with it", now * 1e9, []flowtable.Record{span(1e12, 1e12), span(9e11, 9e11)}, 1e9 - 2147484},
		{"record of 42 years", now * 1e9, []flowtable.Record{span(0, now*1000)}, now - 2147484},
		{"2106", math.MaxInt64, nil, MaxSecond - 2147484},
		{"after 2106", flowtable.MaxTime, []flowtable.Record{span(4.4e12, 4.5e12)}, MaxSecond - 2147484},
	}
	for _, tt := range tests {
		got := Boot{}.For(tt.clock, tt.records, AnyRecord)
		if got != BootAt(tt.want) {
			t.Errorf("%s: boot time %d, want %d", tt.name, got.second, tt.want)
		}
	}
}

// TestBootStays changes the boot time only where the first record, or without one the clock, is out
// of its reach.
func TestBootStays(t *testing.T) {
	const boot = now - 2147484
	last := int64(boot + 4294967)
	ipv6 := span(9e11, 9e11)
	ipv6.IPVersion = 6
	tests := []struct {
		name    string
		clock   int64
		records []flowtable.Record
		stays   bool
	}{
		{"nothing new", now * 1e9, nil, true},
		{"clock at the end of its reach", last * 1e9, nil, true},
		{"clock beyond it", last*1e9 + 1, nil, false},
		{"clock at the boot time", boot * 1e9, nil, true},
		{"clock before it", (boot - 1) * 1e9, nil, false},
		{"start at the boot time", now * 1e9, []flowtable.Record{span(boot*1000, now*1000)}, true},
		{"start before it", now * 1e9, []flowtable.Record{span(boot*1000-1, now*1000)}, false},
		{"end at the end of its reach", last * 1e9, []flowtable.Record{span(last*1000, last*1000)}, true},
		{"end beyond it", last * 1e9, []flowtable.Record{span(last*1000, last*1000+1)}, false},
		{"clock beyond it, record within", (last + 86400) * 1e9, []flowtable.Record{span(now*1000, now*1000)}, true},
		{"only the first record counts", now * 1e9, []flowtable.Record{span(now*1000, now*1000), span(0, 0)}, true},
		{"unless it is skipped", now * 1e9, []flowtable.Record{ipv6, span(0, 0)}, false},
		{"all skipped: the clock", now * 1e9, []flowtable.Record{ipv6}, true},
		{"42 years that end within", now * 1e9, []flowtable.Record{span(0, now*1000)}, true},
	}
	skip := func(r *flowtable.Record) (Window, bool) {
		w, _ := AnyRecord(r)
		return w, r.IPVersion != 6
	}
	for _, tt := range tests {
		if got := BootAt(boot).For(tt.clock, tt.records, skip); (got == BootAt(boot)) != tt.stays {
			t.Errorf("%s: boot time %d becomes %d", tt.name, int64(boot), got.second)
		}
	}
}

func TestHeader(t *testing.T) {
	const boot = now - 2147484
	const end = boot + 4294967
	tests := []struct {
		name        string
		clock, last int64
		second      uint32
	}{
		{"the clock", now*1e9 + 1, (now - 5) * 1e9, now + 1},
		{"no record", now * 1e9, 0, now},
		{"a record after the clock", now * 1e9, (now+5)*1e9 + 1, now + 6},
		{"clock at the end of the reach", end * 1e9, now * 1e9, end},
		{"clock out of reach: the record", end*1e9 + 1, now*1e9 + 1, now + 1},
		{"clock before boot", 0, now * 1e9, now},
		{"nothing in reach", 0, 0, boot},
	}
	for _, tt := range tests {
		second, uptime := BootAt(boot).Header(tt.clock, tt.last)
		if second != tt.second || int64(second)*1000-int64(uptime) != boot*1000 {
			t.Errorf("%s: header at %d, uptime %d; want %d", tt.name, second, uptime, tt.second)
		}
	}
}

// TestBootServesAnyRecord is the rule for all records and clocks: the boot time chosen suits the
// first record, and header and uptimes lead back to the record's times exactly.
func TestBootServesAnyRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		choose := func(n uint64) uint64 { return rapid.Uint64Range(0, n-1).Draw(t, "choice") }
		boot := Boot{}
		if choose(2) == 1 {
			boot = BootAt(int64(choose(uint64(MaxSecond))))
		}
		r := wiretest.Record(choose)
		records := []flowtable.Record{r, wiretest.Record(choose)}
		clock := max(r.Last, int64(choose(1<<62)))
		boot = boot.For(clock, records, AnyRecord)
		if boot.second < 0 || boot.second > MaxSecond {
			t.Fatalf("boot time %d", boot.second)
		}
		w := Relative(&r)
		if w.Empty() {
			if !boot.Suits(Absolute(&r)) {
				t.Fatalf("boot time %d doesn't suit the end of %d..%d", boot.second, r.First, r.Last)
			}
			return
		}
		if !boot.Suits(w) {
			t.Fatalf("boot time %d doesn't suit %d..%d", boot.second, r.First, r.Last)
		}
		second, uptime := boot.Header(clock, r.Last)
		base := int64(second)*1000 - int64(uptime)
		first, last := max(r.First, 0), max(r.Last, 0)
		if got := base + int64(boot.Uptime(first)); got != first/1e6 {
			t.Fatalf("start %d ms, want %d", got, first/1e6)
		}
		if got := base + int64(boot.Uptime(last)); got != last/1e6 {
			t.Fatalf("end %d ms, want %d", got, last/1e6)
		}
		if int64(second)*1e9 < r.Last {
			t.Fatalf("header at %d s, before the end at %d ns", second, r.Last)
		}
	})
}

func TestMoved(t *testing.T) {
	if got, want := BootAt(now).Moved(-3600), BootAt(now-3600); got != want {
		t.Errorf("an hour back: %+v, want %+v", got, want)
	}
	if got := (Boot{}).Moved(3600); got != (Boot{}) {
		t.Errorf("moved before there is a boot time: %+v", got)
	}
}
