package collector

import (
	"testing"

	"github.com/sagflow/sagflow/flowtable"
)

func TestIPFIXRecord(t *testing.T) {
	fields := []spec{
		{id: 8, length: 4},
		{id: 12, length: 4},
		{id: 4, length: 1},
		{id: 5, length: 1},
		{id: 6, length: 2},
		{id: 7, length: 2},
		{id: 11, length: 2},
		{id: 10, length: 4},
		{id: 14, length: 4},
		{id: 61, length: 1},
		{id: 243, length: 2},
		{id: 2, length: 8},
		{id: 1, length: 8},
		{id: 152, length: 8},
		{id: 153, length: 8},
		{id: 136, length: 1},
	}
	record := join(ip("10.0.0.1"), ip("10.0.0.2"), u8(6), u8(1), u16(0x0112), u16(1), u16(2), u32(3), u32(4), u8(0), u16(5),
		u64(6), u64(7), u64(1700000000123), u64(1700000004567), u8(1))
	want := flowtable.Record{
		Src: [16]byte{10, 0, 0, 1}, Dst: [16]byte{10, 0, 0, 2}, IPVersion: 4, Protocol: 6, ToS: 1, TCPFlags: 0x12,
		SrcPort: 1, DstPort: 2, Input: 3, Output: 4, VLAN: 5, Packets: 6, Octets: 7,
		First: 1700000000123e6, Last: 1700000004567e6, Reason: flowtable.IdleTimeout,
	}
	equal(t, "record", want, decodeOne(t, record, fields...))
}

func TestIPFIXLengths(t *testing.T) {
	whole := ipfix(0, set(2, tmpl(256, basic...)), set(256, basicRecords(2)))
	longer := append([]byte{}, whole...)
	longer[3]++
	shorter := append([]byte{}, whole...)
	shorter[2], shorter[3] = 0, 15
	for _, c := range []struct {
		name     string
		datagram []byte
		want     Verdict
		records  int
		trailing uint64
	}{
		{"whole", whole, Good, 2, 0},
		{"header cut", whole[:15], TooShort, 0, 0},
		{"length beyond datagram", longer, LengthBeyondDatagram, 0, 0},
		{"length below header", shorter, LengthBeyondDatagram, 0, 0},
		{"octets behind the message", append(append([]byte{}, whole...), 1, 2), Good, 2, 2},
		{"set longer than message", ipfix(0, set(2, tmpl(256, basic...)), []byte{1, 0, 0, 99}), SetLength, 0, 0},
		{"set shorter than its header", ipfix(0, []byte{1, 0, 0, 3, 9}), SetLength, 0, 0},
		{"set of length 0", ipfix(0, []byte{1, 0, 0, 0}), SetLength, 0, 0},
		{"zeros to the end", ipfix(0, set(2, tmpl(256, basic...)), set(256, basicRecord(1)), make([]byte, 9)), Good, 1, 9},
		{"two octets over", ipfix(0, set(2, tmpl(256, basic...)), []byte{1, 2}), Good, 0, 2},
		{"template cut", ipfix(0, set(2, tmpl(256, basic...)[:20])), TemplateCut, 0, 0},
		{"options template cut", ipfix(0, set(3, optionsTmpl(256, 1, basic...)[:20])), TemplateCut, 0, 0},
		{"enterprise number cut", ipfix(0, set(2, tmpl(256, spec{1, 4, 99})[:8])), TemplateCut, 0, 0},
	} {
		collector := New(Options{})
		flows, v := collector.Decode(exporterA, c.datagram, nil)
		if v != c.want || len(flows) != c.records {
			t.Errorf("%s: verdict %v with %d flows, want %v with %d", c.name, v, len(flows), c.want, c.records)
		}
		if got := collector.Summary().Totals.TrailingOctets; got != c.trailing {
			t.Errorf("%s: %d trailing octets, want %d", c.name, got, c.trailing)
		}
	}
}

// What is good before the fault goes, too (RFC 7011 §9.1), and out keeps what it had.
func TestMalformedMessageIsDiscardedWhole(t *testing.T) {
	c := New(Options{})
	decode(t, c, ipfix(0, set(2, tmpl(256, basic...), tmpl(257, append([]spec{{id: 82, length: 65535}}, basic...)...))))
	before := []Flow{{Domain: 99}}
	out, v := c.Decode(exporterA, ipfix(0, set(256, basicRecords(2)), set(257, u8(200), basicRecord(1))), before)
	if v != FieldBeyondSet || len(out) != 1 || out[0].Domain != 99 {
		t.Errorf("verdict %v, %d flows", v, len(out))
	}
	sum := only(t, c)
	if sum.Records != 0 || sum.DataRecords != 0 || sum.Datagrams != 2 || sum.Malformed["field-beyond-set"] != 1 {
		t.Errorf("%+v", sum)
	}
	// Its records are missing in the sequence.
	decode(t, c, ipfix(3, set(256, basicRecord(1))))
	if lost := only(t, c).Sequence.Lost; lost != 3 {
		t.Errorf("lost %d", lost)
	}
}

func TestUnknownVersions(t *testing.T) {
	c := New(Options{})
	for _, d := range [][]byte{nil, {5}, {0, 1, 0, 0}, {0, 7}, {0, 11}, []byte("GET / HTTP/1.1")} {
		if _, v := c.Decode(exporterA, d, nil); !v.Malformed() {
			t.Errorf("%q: %v", d, v)
		}
	}
	sum := c.Summary()
	equal(t, "malformed", map[string]uint64{"too-short": 2, "unknown-version": 4}, sum.Totals.Malformed)
	if len(sum.Sessions) != 0 || sum.Totals.Datagrams != 6 || sum.Totals.DatagramOctets != 23 {
		t.Errorf("%+v", sum)
	}
}

func TestReservedSets(t *testing.T) {
	c := New(Options{})
	decode(t, c, ipfix(0, set(0, u32(1)), set(1, u32(1)), set(4, u32(1)), set(255, u32(1))))
	decode(t, c, ipfix(0))
	if sum := only(t, c); sum.ReservedSets != 4 || sum.SetsWithoutTemplate != 0 {
		t.Errorf("%+v", sum.Counters)
	}
	c = New(Options{})
	decode(t, c, v9(0, 0, set(2, u32(1)), set(3, u32(1)), set(255, u32(1))))
	if sum := only(t, c); sum.ReservedSets != 3 {
		t.Errorf("%+v", sum.Counters)
	}
}
