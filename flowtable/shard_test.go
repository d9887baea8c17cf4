package flowtable

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const second = int64(time.Second)

// udp is a packet of the flow named by port, at a time in seconds.
func udp(port uint16, seconds float64) Packet {
	return Packet{
		Time: int64(seconds * 1e9), Octets: 100, IPVersion: 4, Protocol: 17, SrcPort: port, DstPort: 53,
		Src: [16]byte{192, 0, 2, 1}, Dst: [16]byte{198, 51, 100, 7},
	}
}

func tcp(port uint16, seconds float64, flags uint8) Packet {
	p := udp(port, seconds)
	p.Protocol, p.TCPFlags = 6, flags
	return p
}

// brief is what the tables below say of a record.
type brief struct {
	Port        uint16
	Packets     uint64
	First, Last float64
	Reason      string
}

func briefs(rs []Record) []brief {
	var out []brief
	for _, r := range sorted(rs) {
		out = append(out, brief{r.SrcPort, r.Packets, float64(r.First) / 1e9, float64(r.Last) / 1e9, r.Reason.String()})
	}
	return out
}

// agingCase is an input and its records.
type agingCase struct {
	name    string
	o       Options
	packets []Packet
	want    []brief
}

// minute ages as most of the tests do.
func minute() Options {
	return Options{ActiveAging: 60 * time.Second, InactiveAging: 15 * time.Second, MaxFlows: 10}
}

func agingCases() []agingCase {
	aging := minute()
	return []agingCase{
		{
			"a gap of exactly InactiveAging ends, one under it doesn't", aging,
			[]Packet{udp(1, 0), udp(1, 14.999999999), udp(1, 29.999999999)},
			[]brief{{1, 2, 0, 14.999999999, "idle"}, {1, 1, 29.999999999, 29.999999999, "eof"}},
		},
		{
			"exactly ActiveAging ends", aging,
			[]Packet{udp(1, 0), udp(1, 10), udp(1, 20), udp(1, 30), udp(1, 40), udp(1, 50), udp(1, 60)},
			[]brief{{1, 6, 0, 50, "active"}, {1, 1, 60, 60, "eof"}},
		},
		{
			"both fall due at once: idle", aging,
			[]Packet{udp(1, 0), udp(1, 14), udp(1, 28), udp(1, 42), udp(1, 45), udp(1, 60)},
			[]brief{{1, 5, 0, 45, "idle"}, {1, 1, 60, 60, "eof"}},
		},
		{
			"the limit that fell due first names the reason, though both passed", aging,
			[]Packet{udp(1, 0), udp(1, 14), udp(1, 28), udp(1, 42), udp(1, 50), udp(1, 100)},
			[]brief{{1, 5, 0, 50, "active"}, {1, 1, 100, 100, "eof"}},
		},
		{
			"a flow that no packet touches ends by the wheel", aging,
			[]Packet{udp(1, 0), udp(2, 15.5), udp(1, 16)},
			[]brief{{1, 1, 0, 0, "idle"}, {2, 1, 15.5, 15.5, "eof"}, {1, 1, 16, 16, "eof"}},
		},
		{
			"due at the final clock is idle, the rest eof", aging,
			[]Packet{udp(1, 0), udp(2, 14.9), udp(3, 15)},
			[]brief{{1, 1, 0, 0, "idle"}, {2, 1, 14.9, 14.9, "eof"}, {3, 1, 15, 15, "eof"}},
		},
		{
			"an older packet ends nothing; first and last are minimum and maximum", aging,
			[]Packet{udp(1, 100), udp(1, 90), udp(1, 95)},
			[]brief{{1, 3, 90, 100, "eof"}},
		},
		{
			"an older packet that is ActiveAging after its record's first ends it", aging,
			[]Packet{udp(1, 100), udp(1, 113), udp(1, 50), udp(1, 112)},
			[]brief{{1, 3, 50, 113, "active"}, {1, 1, 112, 112, "eof"}},
		},
		{
			"an older file follows: its flows live by their own times", aging,
			[]Packet{udp(9, 1e6), udp(1, 0), udp(1, 10), udp(1, 30)},
			[]brief{{1, 2, 0, 10, "idle"}, {1, 1, 30, 30, "idle"}, {9, 1, 1e6, 1e6, "eof"}},
		},
		{
			"a jump over years", aging,
			[]Packet{udp(1, 0), udp(2, 1), udp(3, 2e8)},
			[]brief{{1, 1, 0, 0, "idle"}, {2, 1, 1, 1, "idle"}, {3, 1, 2e8, 2e8, "eof"}},
		},
	}
}

func endingCases() []agingCase {
	aging, tcpEnd, full := minute(), minute(), minute()
	tcpEnd.TCPEnd, full.MaxFlows = true, 2
	return []agingCase{
		{
			"times before 1970", aging,
			[]Packet{udp(1, -40), udp(1, -26), udp(1, -11)},
			[]brief{{1, 2, -40, -26, "idle"}, {1, 1, -11, -11, "eof"}},
		},
		{
			"FIN ends with its packet; what comes after is new", tcpEnd,
			[]Packet{tcp(1, 0, 2), tcp(1, 1, 0x11), tcp(1, 2, 0x10)},
			[]brief{{1, 2, 0, 1, "end"}, {1, 1, 2, 2, "eof"}},
		},
		{
			"RST that comes when aging is due: aging first", tcpEnd,
			[]Packet{tcp(1, 0, 2), tcp(1, 15, 4)},
			[]brief{{1, 1, 0, 0, "idle"}, {1, 1, 15, 15, "end"}},
		},
		{
			"without TCPEnd FIN ends nothing", aging,
			[]Packet{tcp(1, 0, 2), tcp(1, 1, 1), tcp(1, 2, 0x10)},
			[]brief{{1, 3, 0, 2, "eof"}},
		},
		{
			"full: the smallest last goes, not the first begun", full,
			[]Packet{udp(1, 0), udp(2, 1), udp(1, 2), udp(3, 3)},
			[]brief{{1, 2, 0, 2, "eof"}, {2, 1, 1, 1, "lack"}, {3, 1, 3, 3, "eof"}},
		},
		{
			"full: of the same last the record that began first", full,
			[]Packet{udp(1, 0), udp(2, 1), udp(2, 2), udp(1, 2), udp(3, 2)},
			[]brief{{1, 2, 0, 2, "lack"}, {2, 2, 1, 2, "eof"}, {3, 1, 2, 2, "eof"}},
		},
		{
			"never: nothing ages",
			Options{MaxFlows: 10},
			[]Packet{udp(1, 0), udp(1, 1e9)},
			[]brief{{1, 2, 0, 1e9, "eof"}},
		},
		{
			"inactive never, active alone",
			Options{ActiveAging: 10 * time.Second, MaxFlows: 10},
			[]Packet{udp(1, 0), udp(1, 9), udp(1, 10), udp(2, 1000)},
			[]brief{{1, 2, 0, 9, "active"}, {1, 1, 10, 10, "active"}, {2, 1, 1000, 1000, "eof"}},
		},
	}
}

func TestAging(t *testing.T) {
	for _, c := range append(agingCases(), endingCases()...) {
		t.Run(c.name, func(t *testing.T) {
			x := newTable(t, c.o, 1, 1, 1)
			defer x.close()
			if d := cmp.Diff(c.want, briefs(x.run(c.packets, EndOfInput))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestKeyParts(t *testing.T) {
	other := func(f func(*Packet)) []Packet {
		a, b := udp(1, 0), udp(1, 1)
		f(&b)
		return []Packet{a, b}
	}
	for _, c := range []struct {
		name    string
		o       Options
		packets []Packet
		flows   int
	}{
		{"ToS is no key", Options{}, other(func(p *Packet) { p.ToS = 8 }), 1},
		{"ToS is keyed", Options{KeyToS: true}, other(func(p *Packet) { p.ToS = 8 }), 2},
		{"VLAN is no key", Options{}, other(func(p *Packet) { p.VLAN = 8 }), 1},
		{"VLAN is keyed", Options{KeyVLAN: true}, other(func(p *Packet) { p.VLAN = 8 }), 2},
		{"interface", Options{}, other(func(p *Packet) { p.Interface = 3 }), 2},
		{"direction", Options{}, other(func(p *Packet) { p.Direction = Egress }), 2},
		{"protocol", Options{}, other(func(p *Packet) { p.Protocol = 6 }), 2},
		{"destination port", Options{}, other(func(p *Packet) { p.DstPort = 54 }), 2},
		{"flags are no key", Options{}, other(func(p *Packet) { p.TCPFlags = 255 }), 1},
		{"version, all octets alike", Options{}, other(func(p *Packet) { p.IPVersion = 6 }), 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.MaxFlows = 10
			x := newTable(t, c.o, 1, 64, 10)
			defer x.close()
			if got := len(x.run(c.packets, EndOfInput)); got != c.flows {
				t.Errorf("%d flows, want %d", got, c.flows)
			}
		})
	}
}

func TestInterfacesOfARecord(t *testing.T) {
	in, out := udp(1, 0), udp(2, 0)
	in.Interface, out.Interface, out.Direction = 5, 6, Egress
	x := newTable(t, Options{MaxFlows: 4}, 1, 64, 4)
	defer x.close()
	rs := sorted(x.run([]Packet{in, out}, EndOfInput))
	if rs[0].Input != 5 || rs[0].Output != 0 || rs[1].Input != 0 || rs[1].Output != 6 {
		t.Errorf("interfaces %d/%d and %d/%d, want 5/0 and 0/6", rs[0].Input, rs[0].Output, rs[1].Input, rs[1].Output)
	}
}

// A million flows over eight growths of the index all stay findable, and all come out.
func TestManyFlows(t *testing.T) {
	const flows = 300_000
	x := newTable(t, Options{InactiveAging: 15 * time.Second, MaxFlows: flows}, 1, 64, 256)
	defer x.close()
	var packets []Packet
	for round := range 2 {
		for i := range flows {
			p := udp(uint16(i), float64(round))
			p.Src[2], p.Src[3] = byte(i>>16), byte(i>>24)
			if i%3 == 0 {
				p.IPVersion, p.Src[9] = 6, byte(i>>16)
			}
			packets = append(packets, p)
		}
	}
	last := udp(1, 40)
	last.Dst[0]++
	rs := x.run(append(packets, last), EndOfInput)
	if len(rs) != flows+1 {
		t.Fatalf("%d records, want %d", len(rs), flows+1)
	}
	for _, r := range rs[:flows] {
		if r.Packets != 2 || r.Reason != IdleTimeout {
			t.Fatalf("record %+v: want 2 packets, idle", r)
		}
	}
	if c := x.counters(); c.Flows != 0 || x.shards[0].index.count != 0 {
		t.Errorf("left: %d flows, %d index words", c.Flows, x.shards[0].index.count)
	}
}

func TestOptionsRefused(t *testing.T) {
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{}, "MaxFlows 0: want 1 to"},
		{Options{MaxFlows: 1, ActiveAging: -1}, "want 0 (never) to"},
		{Options{MaxFlows: 1, InactiveAging: MaxAging + 1}, "want 0 (never) to"},
		{Options{MaxFlows: 1, FragmentMemory: -1}, "FragmentMemory -1"},
	} {
		if _, err := New(c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("New(%+v): error %v, want %q in it", c.o, err, c.want)
		}
	}
}

func TestPart(t *testing.T) {
	for _, c := range [][3]int{{4_000_000, 1, 4_000_000}, {10, 3, 4}, {9, 3, 3}, {1, 7, 1}} {
		if got := Part(c[0], c[1]); got != c[2] {
			t.Errorf("Part(%d, %d) = %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

func TestClock(t *testing.T) {
	var c Clock
	for i, step := range []struct {
		t       int64
		crossed bool
		now     int64
	}{
		{-second - 1, false, -second - 1},
		{-second, true, -second},
		{-second, false, -second},
		{-second / 2, true, -second / 2},
		{-2 * second, false, -second / 2},
		{0, true, 0},
		{1, false, 1},
		{Tick - 1, false, Tick - 1},
		{5, false, Tick - 1},
		{9 * Tick, true, 9 * Tick},
		{9*Tick + 3, false, 9*Tick + 3},
	} {
		if got := c.Observe(step.t); got != step.crossed || c.Now() != step.now {
			t.Errorf("step %d: Observe(%d) = %v, now %d; want %v, %d", i, step.t, got, c.Now(), step.crossed, step.now)
		}
	}
}

func TestRecordTimesRoundDown(t *testing.T) {
	r := Record{First: -1, Last: 1999999}
	if r.FirstMilliseconds() != -1 || r.LastMilliseconds() != 1 {
		t.Errorf("milliseconds %d, %d; want -1, 1", r.FirstMilliseconds(), r.LastMilliseconds())
	}
}

func TestAddressesOfARecord(t *testing.T) {
	r := Record{IPVersion: 4, Src: [16]byte{192, 0, 2, 1}, Dst: [16]byte{203, 0, 113, 9}}
	if r.SrcAddr().String() != "192.0.2.1" || r.DstAddr().String() != "203.0.113.9" {
		t.Errorf("addresses %v, %v", r.SrcAddr(), r.DstAddr())
	}
	r = Record{IPVersion: 6, Src: [16]byte{0x20, 1, 0xd, 0xb8, 15: 1}}
	if r.SrcAddr().String() != "2001:db8::1" {
		t.Errorf("address %v", r.SrcAddr())
	}
}

func TestReasonNames(t *testing.T) {
	var got []string
	for e := range EndReason(9) {
		got = append(got, e.String())
	}
	if d := cmp.Diff("unknown idle active end forced lack eof unknown unknown", strings.Join(got, " ")); d != "" {
		t.Error(d)
	}
	if EndOfInput.Wire() != 4 || ActiveAging.Wire() != 2 {
		t.Errorf("on the wire eof is %d, active %d; want 4 and 2", EndOfInput.Wire(), ActiveAging.Wire())
	}
}

// After a flush the table is empty and as good as new.
func TestTableGoesOnAfterFlush(t *testing.T) {
	o := Options{InactiveAging: 15 * time.Second, ActiveAging: 60 * time.Second, MaxFlows: 3}
	packets := []Packet{udp(1, 0), udp(2, 1), udp(3, 2), udp(4, 3), udp(1, 4), udp(2, 30)}
	x := newTable(t, o, 1, 64, 1)
	defer x.close()
	first := briefs(x.run(packets, EndOfInput))
	x.ended, x.clock = nil, Clock{}
	if d := cmp.Diff(first, briefs(x.run(packets, EndOfInput))); d != "" {
		t.Error(d)
	}
}

// What the evictor remembers stays within the table's limit, also where no flow is looked for.
func TestEvictorStaysBounded(t *testing.T) {
	o := Options{MaxFlows: 64, TCPEnd: true}
	x := newTable(t, o, 1, 64, 64)
	defer x.close()
	packets := make([]Packet, 0, 100_000)
	for i := range 65 {
		packets = append(packets, tcp(uint16(i), 100, 2))
	}
	packets = append(packets, tcp(64, 100, 1))
	for len(packets) < cap(packets) {
		packets = append(packets, tcp(7777, 100, 3))
	}
	x.run(packets[:99_000], ForcedEnd)
	if got := cap(x.shards[0].evictor.heap); got > 2*evictSamples {
		t.Errorf("the evictor has room for %d candidates of 64 flows", got)
	}
}

// A flow that got a packet since the oldest were looked for is no longer one of them.
func TestEvictorMissesNoPacket(t *testing.T) {
	const flows = 4000
	x := newTable(t, Options{MaxFlows: flows}, 1, 64, 64)
	defer x.close()
	var packets []Packet
	for i := range flows {
		packets = append(packets, tcp(uint16(i), float64(i), 2))
	}
	// With the first new flow the oldest are looked for; then each second one of these goes on.
	var want []uint16
	for i := range flows / 2 {
		packets = append(packets, tcp(uint16(flows+i), float64(flows+2*i), 2))
		if i == 0 {
			for j := 1; j < flows; j += 2 {
				packets = append(packets, tcp(uint16(j), float64(flows)+float64(j)/flows, 2))
			}
		}
		want = append(want, uint16(2*i))
	}
	x.run(packets, ForcedEnd)
	var got []uint16
	for _, r := range x.ended[:flows/2] {
		got = append(got, r.SrcPort)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// What the evictor remembers stays bounded also where all flows have the same time.
func TestEvictorOfFlowsOfOneTime(t *testing.T) {
	const flows = 20_000
	x := newTable(t, Options{MaxFlows: flows}, 1, 64, 64)
	defer x.close()
	var packets []Packet
	for i := range 2 * flows {
		packets = append(packets, tcp(uint16(i), 100, 2))
	}
	x.run(packets, ForcedEnd)
	if got := cap(x.shards[0].evictor.area); got == 0 || got > flows/3 {
		t.Errorf("the evictor has room for %d of %d flows", got, flows)
	}
	for i, r := range x.ended[:flows] {
		if r.Reason != NoResources || r.SrcPort != uint16(i) {
			t.Fatalf("record %d is %+v", i, r)
		}
	}
}

// FlowsIn and Octets are each other's inverse.
func TestFlowsIn(t *testing.T) {
	for octets := int64(1 << 10); octets < 1<<34; octets = octets*3/2 + 7 {
		n := FlowsIn(octets)
		if n > 0 && Octets(n) > octets || n < MaxShardFlows && Octets(n+1) <= octets {
			t.Errorf("%d flows in %d octets; %d and %d octets", n, octets, Octets(n), Octets(n+1))
		}
	}
	if n := FlowsIn(1 << 20); n < 4000 {
		t.Errorf("%d flows in 1 MiB", n)
	}
}
