package collector

import (
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/sagflow/sagflow/flowtable"
)

// feed decodes datagrams with a collector of tight limits, and checks after each what must hold
// whatever arrives.
func feed(t *testing.T, datagrams [][]byte) {
	c := New(Options{MaxSessions: 3, MaxTemplates: 5, MaxFields: 200, MaxTotalFields: 400})
	var out []Flow
	var records, octets uint64
	for _, d := range datagrams {
		before := len(out)
		var v Verdict
		out, v = c.Decode(exporterA, d, out)
		if len(out) < before || (v != Good && len(out) != before) {
			t.Fatalf("verdict %v: from %d to %d records", v, before, len(out))
		}
		if n := len(out) - before; n > 2*len(d) {
			t.Fatalf("%d records of %d octets", n, len(d))
		}
		for i := range out[before:] {
			checkFlow(t, &out[before+i])
		}
		records += uint64(len(out) - before)
		octets += uint64(len(d))
		out = out[:min(len(out), 1000)]
	}
	checkBooks(t, c, uint64(len(datagrams)), octets, records)
}

func checkFlow(t *testing.T, f *Flow) {
	if f.IPVersion != 4 && f.IPVersion != 6 {
		t.Fatalf("IP version %d", f.IPVersion)
	}
	if f.IPVersion == 4 && ([12]byte(f.Src[4:]) != [12]byte{} || [12]byte(f.Dst[4:]) != [12]byte{}) {
		t.Fatalf("IPv4 with more than four octets: %+v", f.Record)
	}
	for _, at := range []int64{f.First, f.Last} {
		if at > flowtable.MaxTime || at < -flowtable.MaxTime {
			t.Fatalf("time %d", at)
		}
	}
	if f.Reason > flowtable.NoResources || f.Direction > flowtable.Egress || f.VLAN > 0xfff {
		t.Fatalf("%+v", f.Record)
	}
}

func checkBooks(t *testing.T, c *Collector, datagrams, octets, records uint64) {
	sum := c.Summary()
	a := &sum.Totals
	if a.Datagrams != datagrams || a.DatagramOctets != octets || a.Records != records {
		t.Fatalf("%d datagrams, %d octets, %d records became %+v", datagrams, octets, records, a.Counters)
	}
	if a.Records != a.DataRecords+a.ReverseRecords-a.RecordsWithoutAddresses {
		t.Fatalf("%+v", a.Counters)
	}
	if a.LostDatagrams > 1<<50 || a.LostRecords > 1<<50 { // went below zero
		t.Fatalf("lost %d datagrams, %d records", a.LostDatagrams, a.LostRecords)
	}
	fields := 0
	for s := c.sessions.newest; s != nil; s = s.older {
		fields += s.fields
		if len(s.templates) > 5 || s.fields > 200 {
			t.Fatalf("%d templates, %d fields", len(s.templates), s.fields)
		}
	}
	if fields != c.fields || len(c.sessions.byKey) > 3 {
		t.Fatalf("%d fields counted as %d, %d sessions", fields, c.fields, len(c.sessions.byKey))
	}
	if _, err := json.Marshal(sum); err != nil {
		t.Fatal(err)
	}
}

// seeds are conversations of one exporter.
func seeds() [][][]byte {
	biflow := []spec{{id: 8, length: 4}, {id: 12, length: 4}, {id: 1, length: 2}, reverse(1, 2), {id: 82, length: 65535}}
	options := []spec{{id: 149, length: 4}, {id: 41, length: 8}, {id: 323, length: 8}, {id: 323, length: 8}, {id: 34, length: 4}, {id: 160, length: 8}}
	var v9Options []spec
	v9Options = append(v9Options, spec{id: 2, length: 4}, spec{id: 82, length: 8}, spec{id: 34, length: 4})
	return [][][]byte{
		{v5(0, v5Record()), v5(1, v5Record(), v5Record()), v5(9, v5Record())},
		{v9(1, 0, set(0, tmpl(300, v9Full...))), v9(1, 1, set(300, v9FullRecord(), u16(0)))},
		{v9(2, 0, set(1, v9OptionsTmpl(260, 1, v9Options...), u16(0)), set(260, u32(1), u64(7), u32(100)))},
		{sent{0, 2, 0}.ipfix(), sent{0, 2, 0}.ipfix(), sent{5, 2, 0}.ipfix(), sent{2, 3, 0}.ipfix(), sent{0, 2, 9}.ipfix()},
		{ipfix(0, set(2, tmpl(256, biflow...))), ipfix(0, set(256, ip("10.0.0.1"), ip("10.0.0.2"), u16(1), u16(2), u8(1), u8(65)))},
		{ipfix(0, set(3, optionsTmpl(257, 1, options...)), set(257, u32(7), u64(1), u64(2), u64(3), u32(4), u64(5)))},
		{ipfix(0, set(2, u16(256), u16(0))), ipfix(0, set(256, u64(1)), set(99, u64(1)))},
	}
}

// FuzzDatagram splits its input into datagrams by 16-bit lengths, so that templates and data meet.
func FuzzDatagram(f *testing.F) {
	for _, conversation := range seeds() {
		var input []byte
		for _, d := range conversation {
			input = append(append(input, u16(uint16(len(d)))...), d...)
		}
		f.Add(input)
	}
	f.Add([]byte{0, 1})
	f.Fuzz(func(t *testing.T, input []byte) {
		var datagrams [][]byte
		for len(input) >= 2 {
			n := min(int(binary.BigEndian.Uint16(input)), len(input)-2)
			datagrams = append(datagrams, input[2:2+n])
			input = input[2+n:]
		}
		feed(t, datagrams)
	})
}

// FuzzV5, FuzzV9 and FuzzIPFIX make the headers, so that what is behind them is reached at once:
// first in one datagram, then in two, the second of which has a header of its own.
func FuzzV5(f *testing.F) {
	f.Add(uint16(1), uint32(uptime), uint32(exportTime), uint32(0), v5Record())
	f.Add(uint16(30), uint32(0), uint32(0), uint32(1<<31), make([]byte, 30*48))
	f.Fuzz(func(t *testing.T, count uint16, up, seconds, sequence uint32, body []byte) {
		header := func(n uint16) []byte {
			return join(u16(5), u16(n), u32(up), u32(seconds), u32(seconds), u32(sequence), u32(up))
		}
		whole := uint16(len(body) / 48)
		feed(t, [][]byte{join(header(count), body), join(header(whole), body), v5(sequence+uint32(whole), v5Record())})
	})
}

func FuzzV9(f *testing.F) {
	f.Add(uint16(1), uint32(uptime), uint32(0), set(0, tmpl(300, v9Full...)), set(300, v9FullRecord()))
	f.Add(uint16(2), uint32(0), uint32(1<<31), set(0, tmpl(256, basic...)), set(256, basicRecords(3), u16(0)))
	f.Add(uint16(2), uint32(0), uint32(1), set(1, v9OptionsTmpl(260, 1, spec{id: 1, length: 4}, spec{id: 41, length: 4})), set(260, u64(1)))
	f.Fuzz(func(t *testing.T, count uint16, up, sequence uint32, first, second []byte) {
		feed(t, [][]byte{
			v9At(up, exportTime, count, sequence, first), v9At(up+1000, exportTime+1, count, sequence+1, second),
			v9At(up, exportTime, count, sequence, second, first, second),
		})
	})
}

func FuzzIPFIX(f *testing.F) {
	f.Add(uint32(exportTime), uint32(0), set(2, tmpl(256, basic...)), set(256, basicRecords(3), u16(0)))
	f.Add(uint32(0), uint32(1<<31), set(2, tmpl(256, spec{id: 82, length: 65535}, spec{id: 8, length: 4})), set(256, u8(255), u16(1), u8(0), u32(1)))
	f.Add(uint32(1<<31), uint32(1), set(3, optionsTmpl(260, 1, spec{id: 149, length: 4}, spec{id: 160, length: 8})), set(260, u32(1), u64(2)))
	f.Fuzz(func(t *testing.T, seconds, sequence uint32, first, second []byte) {
		if len(first)+len(second)+len(second) > 65000 {
			return // does not fit the header's length
		}
		feed(t, [][]byte{
			ipfixAt(seconds, sequence, first), ipfixAt(seconds+1, sequence+1, second),
			ipfixAt(seconds, sequence+9, second, first, second),
		})
	})
}
