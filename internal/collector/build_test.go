package collector

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/flowtable"
)

// The builders write datagrams by hand, octet by octet: what they make is checked by eye against
// the RFC's figures and not by another encoder.

var exporterA = netip.MustParseAddrPort("192.0.2.1:50000")

func u8(n uint8) []byte   { return []byte{n} }
func u16(n uint16) []byte { return binary.BigEndian.AppendUint16(nil, n) }
func u32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
func u64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func ip(text string) []byte { return netip.MustParseAddr(text).AsSlice() }

func join(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// set is a set with its header.
func set(id uint16, records ...[]byte) []byte {
	b := join(records...)
	return join(u16(id), u16(uint16(4+len(b))), b)
}

// spec is a field specifier; enterprise 0 is IANA.
type spec struct {
	id, length uint16
	enterprise uint32
}

func (s spec) octets() []byte {
	if s.enterprise != 0 {
		return join(u16(s.id|0x8000), u16(s.length), u32(s.enterprise))
	}
	return join(u16(s.id), u16(s.length))
}

func specs(fields []spec) []byte {
	var b []byte
	for _, f := range fields {
		b = append(b, f.octets()...)
	}
	return b
}

// tmpl is a template record; V9's and IPFIX's look the same.
func tmpl(id uint16, fields ...spec) []byte {
	return join(u16(id), u16(uint16(len(fields))), specs(fields))
}

// optionsTmpl is an options template record of IPFIX, v9OptionsTmpl one of V9.
func optionsTmpl(id uint16, scopes int, fields ...spec) []byte {
	return join(u16(id), u16(uint16(len(fields))), u16(uint16(scopes)), specs(fields))
}

func v9OptionsTmpl(id uint16, scopes int, fields ...spec) []byte {
	return join(u16(id), u16(uint16(4*scopes)), u16(uint16(4*(len(fields)-scopes))), specs(fields))
}

// The headers' times, and V9's and V5's uptime: booted at 1699999000.
const (
	exportTime = 1700000000
	uptime     = 1000_000
)

func ipfix(sequence uint32, sets ...[]byte) []byte {
	return ipfixAt(exportTime, sequence, sets...)
}

func ipfixAt(seconds, sequence uint32, sets ...[]byte) []byte {
	b := join(sets...)
	return join(u16(10), u16(uint16(16+len(b))), u32(seconds), u32(sequence), u32(7), b)
}

func v9(count uint16, sequence uint32, sets ...[]byte) []byte {
	return v9At(uptime, exportTime, count, sequence, sets...)
}

func v9At(up, seconds uint32, count uint16, sequence uint32, sets ...[]byte) []byte {
	return join(u16(9), u16(count), u32(up), u32(seconds), u32(sequence), u32(7), join(sets...))
}

func v5(sequence uint32, records ...[]byte) []byte {
	return v5At(uptime, exportTime, sequence, records...)
}

func v5At(up, seconds, sequence uint32, records ...[]byte) []byte {
	return join(u16(5), u16(uint16(len(records))), u32(up), u32(seconds), u32(250_999_999),
		u32(sequence), u8(2), u8(3), u16(0), join(records...))
}

// v5Record is 192.0.2.10:1000 → 198.51.100.1:80 TCP, 3 packets, 300 octets.
func v5Record() []byte {
	return join(ip("192.0.2.10"), ip("198.51.100.1"), u32(0), u16(4), u16(5), u32(3), u32(300),
		u32(uptime-2000), u32(uptime-1000), u16(1000), u16(80), u8(0), u8(0x1b), u8(6), u8(0x28),
		u16(0), u16(0), u8(0), u8(0), u16(0))
}

// basic is a template of the least that makes a flow, basicRecord a record of it.
var basic = []spec{{id: 8, length: 4}, {id: 12, length: 4}, {id: 4, length: 1}, {id: 7, length: 2}, {id: 11, length: 2}, {id: 2, length: 4}, {id: 1, length: 4}}

func basicRecord(n byte) []byte {
	return join(ip("192.0.2.10"), []byte{198, 51, 100, n}, u8(17), u16(1000), u16(53), u32(1), u32(100))
}

func basicRecords(count int) []byte {
	var b []byte
	for i := range count {
		b = append(b, basicRecord(byte(i))...)
	}
	return b
}

// basicFlow is what a record of basic decodes to in a message of exportTime.
func basicFlow(n byte) flowtable.Record {
	return flowtable.Record{
		Src: [16]byte{192, 0, 2, 10}, Dst: [16]byte{198, 51, 100, n}, IPVersion: 4, Protocol: 17,
		SrcPort: 1000, DstPort: 53, Packets: 1, Octets: 100, First: exportTime * 1e9, Last: exportTime * 1e9,
	}
}

// decode feeds a collector and returns the records of all datagrams; each must be good.
func decode(t *testing.T, c *Collector, datagrams ...[]byte) []flowtable.Record {
	t.Helper()
	var records []flowtable.Record
	for i, d := range datagrams {
		flows, v := c.Decode(exporterA, d, nil)
		if v != Good {
			t.Fatalf("datagram %d: verdict %v", i, v)
		}
		for _, f := range flows {
			records = append(records, f.Record)
		}
	}
	return records
}

// decodeOne decodes one record of one IPFIX template.
func decodeOne(t *testing.T, record []byte, fields ...spec) flowtable.Record {
	t.Helper()
	got := decode(t, New(Options{}), ipfix(0, set(2, tmpl(256, fields...)), set(256, record)))
	if len(got) != 1 {
		t.Fatalf("%d records, want 1", len(got))
	}
	return got[0]
}

func equal(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got,
		cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b }),
		cmp.Comparer(func(a, b flowKey) bool { return a == b }), cmp.Comparer(func(a, b flowSum) bool { return a == b })); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// only returns the summary of the one session there is.
func only(t *testing.T, c *Collector) SessionSummary {
	t.Helper()
	sum := c.Summary()
	if len(sum.Sessions) != 1 {
		t.Fatalf("%d sessions, want 1", len(sum.Sessions))
	}
	return sum.Sessions[0]
}
