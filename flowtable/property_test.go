package flowtable

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawPackets makes an input over few addresses and ports, so that flows meet, with steps of time
// that fall on limits and ticks as often as beside them.
func drawPackets(t *rapid.T, backwards bool) []Packet {
	step := rapid.SampledFrom([]int64{0, 0, 1, 1e6, 499e6, 500e6, 501e6, 1e9, 1999999999, 2e9, 5e9, 10e9, 700e9})
	low := int64(0)
	if backwards {
		low = -1
	}
	now := rapid.Int64Range(-3e9, 1.8e18).Draw(t, "start")
	n := rapid.IntRange(1, 150).Draw(t, "n")
	ps := make([]Packet, n)
	for i := range ps {
		sign := rapid.SampledFrom([]int64{1, 1, 1, low}).Draw(t, "sign")
		now += step.Draw(t, "step") * max(sign, low)
		ps[i] = drawPacket(t)
		ps[i].Time = now
	}
	return ps
}

func drawPacket(t *rapid.T) Packet {
	small := rapid.IntRange(0, 3)
	p := Packet{
		Octets:    rapid.SampledFrom([]uint64{20, 40, 1500, 65535, 1 << 33}).Draw(t, "octets"),
		IPVersion: uint8(rapid.SampledFrom([]int{4, 4, 6}).Draw(t, "version")),
		Protocol:  uint8(rapid.SampledFrom([]int{6, 17}).Draw(t, "protocol")),
		SrcPort:   uint16(small.Draw(t, "sport")), DstPort: 80,
		ToS: uint8(rapid.SampledFrom([]int{0, 0, 184}).Draw(t, "tos")), VLAN: uint16(rapid.SampledFrom([]int{0, 7}).Draw(t, "vlan")),
	}
	p.Src[3], p.Dst[0] = byte(small.Draw(t, "src")), byte(small.Draw(t, "dst"))
	if p.IPVersion == 6 {
		p.Src[15] = byte(small.Draw(t, "src6"))
	}
	if p.Protocol == 6 {
		p.TCPFlags = uint8(rapid.SampledFrom([]int{2, 16, 16, 24, 17, 4}).Draw(t, "flags"))
	}
	p.Fragment = rapid.SampledFrom([]Fragment{Whole, Whole, FirstFragment, LaterFragment}).Draw(t, "fragment")
	if p.Fragment != Whole {
		p.FragmentID = uint32(small.Draw(t, "id"))
	}
	if p.Fragment == LaterFragment {
		p.SrcPort, p.DstPort, p.TCPFlags = 0, 0, 0
	}
	return p
}

func drawOptions(t *rapid.T) Options {
	aging := rapid.SampledFrom([]time.Duration{0, time.Nanosecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 15 * time.Second, 600 * time.Second})
	return Options{
		ActiveAging: aging.Draw(t, "active"), InactiveAging: aging.Draw(t, "inactive"), MaxFlows: 1000,
		Fragments: FragmentMode(rapid.IntRange(0, 1).Draw(t, "fragments")),
		TCPEnd:    rapid.Bool().Draw(t, "tcpend"), KeyToS: rapid.Bool().Draw(t, "keytos"), KeyVLAN: rapid.Bool().Draw(t, "keyvlan"),
		Seed: rapid.Uint64().Draw(t, "seed"),
	}
}

// Any input, any sharding, any batch size and any room for the output give the model's records.
func TestRecordsEqualTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawOptions(t)
		packets := drawPackets(t, rapid.Bool().Draw(t, "backwards"))
		want := runModel(o, packets, EndOfInput)
		shards := rapid.SampledFrom([]int{1, 2, 7}).Draw(t, "shards")
		x := newTable(t, o, shards, rapid.IntRange(1, 70).Draw(t, "batch"), rapid.IntRange(1, 9).Draw(t, "room"))
		defer x.close()
		got := x.run(packets, EndOfInput)
		if d := cmp.Diff(sorted(want), sorted(got)); d != "" {
			t.Fatalf("records differ from the model (-model +table):\n%s", d)
		}
		checkConservation(t, x, packets)
	})
}

// A full table ends the flows that the documentation names, in one shard of any size.
func TestEvictionEqualsTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawOptions(t)
		o.MaxFlows = rapid.IntRange(1, 40).Draw(t, "max")
		packets := drawPackets(t, rapid.Bool().Draw(t, "backwards"))
		want := runModel(o, packets, ForcedEnd)
		x := newTable(t, o, 1, rapid.IntRange(1, 70).Draw(t, "batch"), 3)
		defer x.close()
		if d := cmp.Diff(sorted(want), sorted(x.run(packets, ForcedEnd))); d != "" {
			t.Fatalf("records differ from the model (-model +table):\n%s", d)
		}
		checkConservation(t, x, packets)
		if most := x.counters().MostFlows; most > o.MaxFlows {
			t.Fatalf("held %d flows, limit %d", most, o.MaxFlows)
		}
	})
}

func checkConservation(t *rapid.T, x *table, packets []Packet) {
	var octets, recPackets, recOctets uint64
	for _, p := range packets {
		octets += p.Octets
	}
	for _, r := range x.ended {
		recPackets += r.Packets
		recOctets += r.Octets
	}
	c := x.counters()
	got := fmt.Sprint(c.Packets, c.Octets, c.RecordPackets, c.RecordOctets, c.Flows, c.Ended())
	want := fmt.Sprint(len(packets), octets, recPackets, recOctets, 0, len(x.ended))
	if got != want || recPackets != uint64(len(packets)) || recOctets != octets {
		t.Fatalf("sums: packets octets record-packets record-octets flows records\n got %s\nwant %s", got, want)
	}
}
