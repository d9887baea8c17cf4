package collector

import (
	"testing"

	"github.com/sagflow/sagflow/flowtable"
)

func reverse(id, length uint16) spec { return spec{id: id, length: length, enterprise: reversePEN} }

func TestBiflow(t *testing.T) {
	fields := []spec{
		{id: 8, length: 4},
		{id: 12, length: 4},
		{id: 4, length: 1},
		{id: 7, length: 2},
		{id: 11, length: 2},
		{id: 10, length: 4},
		{id: 14, length: 4},
		{id: 5, length: 1},
		{id: 136, length: 1},
		{id: 152, length: 8},
		{id: 153, length: 8},
		{id: 2, length: 8},
		{id: 1, length: 8},
		{id: 6, length: 1},
		reverse(152, 8), reverse(153, 8), reverse(2, 8), reverse(1, 8), reverse(6, 1),
	}
	both := join(ip("10.0.0.1"), ip("10.0.0.2"), u8(6), u16(4000), u16(443), u32(1), u32(2), u8(0xb8), u8(3),
		u64(1000), u64(9000), u64(10), u64(1000), u8(0x1b), u64(1010), u64(8990), u64(20), u64(20000), u8(0x12))
	alone := join(both[:len(both)-33], make([]byte, 33))
	c := New(Options{})
	got := decode(t, c, ipfix(0, set(2, tmpl(256, fields...)), set(256, both, alone)), ipfix(2))
	forward := flowtable.Record{
		Src: [16]byte{10, 0, 0, 1}, Dst: [16]byte{10, 0, 0, 2}, IPVersion: 4, Protocol: 6, SrcPort: 4000, DstPort: 443, Input: 1, Output: 2,
		ToS: 0xb8, Reason: flowtable.EndDetected, First: ms(1000), Last: ms(9000), Packets: 10, Octets: 1000, TCPFlags: 0x1b,
	}
	backward := flowtable.Record{
		Src: [16]byte{10, 0, 0, 2}, Dst: [16]byte{10, 0, 0, 1}, IPVersion: 4, Protocol: 6, SrcPort: 443, DstPort: 4000, Input: 2, Output: 1,
		ToS: 0xb8, Reason: flowtable.EndDetected, First: ms(1010), Last: ms(8990), Packets: 20, Octets: 20000, TCPFlags: 0x12,
	}
	equal(t, "records", []flowtable.Record{forward, backward, forward}, got)
	// One data record each, whatever became of it.
	if sum := only(t, c); sum.DataRecords != 2 || sum.ReverseRecords != 1 || sum.Records != 3 || sum.Sequence.Unpredicted != 0 {
		t.Errorf("%+v", sum)
	}
}

func TestBiflowWithoutItsOwnTimes(t *testing.T) {
	fields := []spec{
		{id: 27, length: 16},
		{id: 28, length: 16},
		{id: 4, length: 1},
		{id: 139, length: 2},
		{id: 150, length: 4},
		{id: 151, length: 4},
		{id: 2, length: 1},
		reverse(2, 1), reverse(5, 1), reverse(136, 1), reverse(61, 1),
	}
	record := join(ip("2001:db8::1"), ip("2001:db8::2"), u8(58), u16(0x8000), u32(5), u32(6), u8(1), u8(2), u8(7), u8(1), u8(1))
	got := decode(t, New(Options{}), ipfix(0, set(2, tmpl(256, fields...)), set(256, record)))
	want := flowtable.Record{
		Src: [16]byte{0x20, 1, 0xd, 0xb8, 15: 2}, Dst: [16]byte{0x20, 1, 0xd, 0xb8, 15: 1}, IPVersion: 6, Protocol: 58,
		First: 5e9, Last: 6e9, Packets: 2, ToS: 7, Reason: flowtable.IdleTimeout, Direction: flowtable.Egress,
	}
	if len(got) != 2 {
		t.Fatalf("%d records", len(got))
	}
	// The answer's ICMP type is not the question's.
	equal(t, "reverse", want, got[1])
}

// Exporters that always use the biflow template leave one direction empty: it is no flow.
func TestBiflowOfOneDirection(t *testing.T) {
	fields := []spec{{id: 8, length: 4}, {id: 12, length: 4}, {id: 1, length: 4}, reverse(1, 4)}
	c := New(Options{})
	got := decode(t, c, ipfix(0, set(2, tmpl(256, fields...)),
		set(256, ip("10.0.0.1"), ip("10.0.0.2"), u32(0), u32(9), ip("10.0.0.1"), ip("10.0.0.2"), u32(9), u32(0), ip("10.0.0.1"), ip("10.0.0.2"), u32(0), u32(0))))
	var sources []byte
	for _, r := range got {
		sources = append(sources, r.Src[3])
	}
	equal(t, "sources", []byte{2, 1, 1}, sources)
	if sum := only(t, c); sum.DataRecords != 3 || sum.ReverseRecords != 0 || sum.Records != 3 || sum.Octets != 18 {
		t.Errorf("%+v", sum.Counters)
	}
}

func TestReverseICMPType(t *testing.T) {
	fields := []spec{{id: 8, length: 4}, {id: 4, length: 1}, {id: 32, length: 2}, {id: 1, length: 1}, reverse(1, 1), reverse(32, 2)}
	got := decode(t, New(Options{}), ipfix(0, set(2, tmpl(256, fields...)), set(256, ip("10.0.0.1"), u8(1), u16(0x0d00), u8(9), u8(8), u16(0x0e00))))
	if len(got) != 2 || got[1].DstPort != 0x0e00 || got[1].SrcPort != 0 || got[1].Octets != 8 {
		t.Errorf("%+v", got)
	}
}

// Firewalls that count initiator and responder in one record.
func TestInitiatorAndResponder(t *testing.T) {
	fields := []spec{{id: 8, length: 4}, {id: 12, length: 4}, {id: 231, length: 4}, {id: 232, length: 4}, {id: 298, length: 4}, {id: 299, length: 4}}
	got := decode(t, New(Options{}), v9(2, 0, set(0, tmpl(256, fields...)), set(256, ip("10.0.0.1"), ip("10.0.0.2"), u32(100), u32(900), u32(1), u32(9))))
	if len(got) != 2 || got[0].Octets != 100 || got[0].Packets != 1 || got[1].Octets != 900 || got[1].Packets != 9 || got[1].Src[3] != 2 {
		t.Errorf("%+v", got)
	}
}
