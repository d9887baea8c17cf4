package collector

import (
	"testing"

	"github.com/sagflow/sagflow/flowtable"
)

func TestCounterPreference(t *testing.T) {
	octets := func(ids ...uint16) []spec {
		fields := []spec{{id: 8, length: 4}}
		for _, id := range ids {
			fields = append(fields, spec{id: id, length: 8})
		}
		return fields
	}
	for _, c := range []struct {
		name   string
		ids    []uint16
		values []uint64
		want   uint64
	}{
		{"delta", []uint16{1}, []uint64{5}, 5},
		{"total", []uint16{85}, []uint64{5}, 5},
		{"post", []uint16{23}, []uint64{5}, 5},
		{"initiator", []uint16{231}, []uint64{5}, 5},
		{"delta before total", []uint16{85, 1}, []uint64{9, 5}, 5},
		{"total before post", []uint16{23, 85}, []uint64{9, 5}, 5},
		{"a zero post counter hides nothing", []uint16{1, 23}, []uint64{5, 0}, 5},
		{"a zero delta counter hides nothing", []uint16{1, 23}, []uint64{0, 5}, 5},
		{"all zero", []uint16{1, 85, 23}, []uint64{0, 0, 0}, 0},
	} {
		record := ip("10.0.0.1")
		for _, n := range c.values {
			record = append(record, u64(n)...)
		}
		if got := decodeOne(t, record, octets(c.ids...)...); got.Octets != c.want {
			t.Errorf("%s: %d", c.name, got.Octets)
		}
		packetIDs := make([]uint16, len(c.ids))
		for i, id := range c.ids {
			packetIDs[i] = map[uint16]uint16{1: 2, 85: 86, 23: 24, 231: 298}[id]
		}
		if got := decodeOne(t, record, octets(packetIDs...)...); got.Packets != c.want {
			t.Errorf("packets, %s: %d", c.name, got.Packets)
		}
	}
}

func TestICMP(t *testing.T) {
	for _, c := range []struct {
		name     string
		fields   []spec
		values   []byte
		protocol uint8
		port     uint16
	}{
		{"32", []spec{{id: 4, length: 1}, {id: 32, length: 2}}, join(u8(1), u16(0x0803)), 1, 0x0803},
		{"139", []spec{{id: 4, length: 1}, {id: 139, length: 2}}, join(u8(58), u16(0x8700)), 58, 0x8700},
		{"11", []spec{{id: 4, length: 1}, {id: 11, length: 2}}, join(u8(1), u16(0x0303)), 1, 0x0303},
		{"176 and 177", []spec{{id: 4, length: 1}, {id: 176, length: 1}, {id: 177, length: 1}}, []byte{1, 3, 1}, 1, 0x0301},
		{"178 and 179", []spec{{id: 4, length: 1}, {id: 178, length: 1}, {id: 179, length: 1}}, []byte{58, 1, 4}, 58, 0x0104},
		{"a zero 32 hides no 11", []spec{{id: 4, length: 1}, {id: 32, length: 2}, {id: 11, length: 2}}, join(u8(58), u16(0), u16(0x8000)), 58, 0x8000},
		{"no protocol", []spec{{id: 32, length: 2}}, u16(0x0800), 1, 0x0800},
		{"no protocol, type alone", []spec{{id: 176, length: 1}}, u8(8), 1, 0x0800},
		{"not ICMP", []spec{{id: 4, length: 1}, {id: 32, length: 2}, {id: 11, length: 2}}, join(u8(6), u16(0x0800), u16(80)), 6, 80},
	} {
		got := decodeOne(t, join(ip("10.0.0.1"), c.values), append([]spec{{id: 8, length: 4}}, c.fields...)...)
		if got.Protocol != c.protocol || got.DstPort != c.port {
			t.Errorf("%s: protocol %d, port %#x", c.name, got.Protocol, got.DstPort)
		}
	}
	got := decodeOne(t, join(ip("2001:db8::1"), u16(0x8000)), spec{id: 27, length: 16}, spec{id: 139, length: 2})
	if got.Protocol != 58 || got.DstPort != 0x8000 {
		t.Errorf("IPv6 without protocol: %+v", got)
	}
}

func TestFamily(t *testing.T) {
	both := []spec{{id: 8, length: 4}, {id: 12, length: 4}, {id: 27, length: 16}, {id: 28, length: 16}}
	zero4, zero6 := ip("0.0.0.0"), ip("::")
	for _, c := range []struct {
		name   string
		fields []spec
		record []byte
		source string
	}{
		{"IPv4", both[:2], join(ip("10.0.0.1"), ip("10.0.0.2")), "10.0.0.1"},
		{"IPv6", both[2:], join(ip("2001:db8::1"), ip("::2")), "2001:db8::1"},
		{"unspecified IPv6", both[2:], join(zero6, zero6), "::"},
		{"IPv4-mapped stays IPv6", both[2:], join(ip("::ffff:10.0.0.1"), zero6), "::ffff:10.0.0.1"},
		{"room for both, IPv4", both, join(ip("10.0.0.1"), ip("10.0.0.2"), zero6, zero6), "10.0.0.1"},
		{"room for both, IPv6", both, join(zero4, zero4, ip("2001:db8::1"), ip("::2")), "2001:db8::1"},
		{"room for both, version 6", append([]spec{{id: 60, length: 1}}, both...), join(u8(6), ip("10.0.0.1"), zero4, zero6, zero6), "::"},
		{"room for both, version 4", append([]spec{{id: 60, length: 1}}, both...), join(u8(4), zero4, zero4, ip("::1"), zero6), "0.0.0.0"},
		{"room for both, version 9", append([]spec{{id: 60, length: 1}}, both...), join(u8(9), zero4, zero4, ip("::1"), zero6), "::1"},
		{"version contradicts", []spec{both[0], {id: 60, length: 1}}, join(ip("10.0.0.1"), u8(6)), "10.0.0.1"},
	} {
		if got := decodeOne(t, c.record, c.fields...); got.SrcAddr().String() != c.source {
			t.Errorf("%s: source %s", c.name, got.SrcAddr())
		}
	}
}

func TestFieldsThatAreWiderThanTheRecord(t *testing.T) {
	got := decodeOne(t, join(ip("10.0.0.1"), u32(0x01020306), u32(0xffff0050), u64(0x1_0000_0007), u16(0x12ff), u16(0xf123), u16(3), u8(200)),
		spec{id: 8, length: 4}, spec{id: 4, length: 4}, spec{id: 11, length: 4}, spec{id: 10, length: 8}, spec{id: 6, length: 2},
		spec{id: 58, length: 2}, spec{id: 61, length: 2}, spec{id: 136, length: 1})
	want := flowtable.Record{
		Src: [16]byte{10, 0, 0, 1}, IPVersion: 4, Protocol: 6, DstPort: 80, Input: 7, TCPFlags: 0xff, VLAN: 0x123,
		Direction: flowtable.Egress, First: exportTime * 1e9, Last: exportTime * 1e9,
	}
	equal(t, "record", want, got)
}

func TestEndReasons(t *testing.T) {
	for n := range 256 {
		want := flowtable.NoReason
		if n <= 5 {
			want = flowtable.EndReason(n)
		}
		if got := decodeOne(t, join(ip("10.0.0.1"), u8(uint8(n))), spec{id: 8, length: 4}, spec{id: 136, length: 1}); got.Reason != want {
			t.Errorf("%d: %v", n, got.Reason)
		}
	}
}

func TestInterfacesAndVLANsHaveSecondChoices(t *testing.T) {
	got := decodeOne(t, join(ip("10.0.0.1"), u32(0), u32(0), u32(7), u32(8), u16(0), u16(9)), spec{id: 8, length: 4},
		spec{id: 10, length: 4}, spec{id: 14, length: 4}, spec{id: 252, length: 4}, spec{id: 253, length: 4}, spec{id: 58, length: 2}, spec{id: 243, length: 2})
	if got.Input != 7 || got.Output != 8 || got.VLAN != 9 {
		t.Errorf("%+v", got)
	}
}
