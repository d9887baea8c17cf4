package collector

import (
	"testing"

	"pgregory.net/rapid"
)

func TestDuplicatesAreNotHandedOutAgain(t *testing.T) {
	for _, keep := range []bool{false, true} {
		for name, d := range map[string][]byte{"V5": v5(0, v5Record()), "V9": sent{0, 1, 0}.v9(), "IPFIX": sent{0, 1, 0}.ipfix()} {
			c := New(Options{KeepDuplicates: keep})
			first, v1 := c.Decode(exporterA, d, nil)
			second, v2 := c.Decode(exporterA, d, nil)
			want := 0
			if keep {
				want = 1
			}
			if len(first) != 1 || v1 != Good || len(second) != want || v2 != Duplicate {
				t.Errorf("%s, keep %v: %d records (%v), then %d (%v)", name, keep, len(first), v1, len(second), v2)
			}
			if sum := only(t, c); sum.Datagrams != 2 || sum.Records != uint64(1+want) || sum.Sequence.Duplicates != 1 {
				t.Errorf("%s, keep %v: %+v", name, keep, sum)
			}
		}
	}
}

// The sums of the sessions are the totals, and records handed out are the records counted.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := New(Options{MaxSessions: rapid.IntRange(1, 5).Draw(t, "sessions")})
		var datagrams, octets, records, packets uint64
		for range rapid.IntRange(1, 40).Draw(t, "n") {
			d := drawDatagram(t)
			flows, _ := c.Decode(port(rapid.Uint16Range(1, 8).Draw(t, "port")), d, nil)
			datagrams++
			octets += uint64(len(d))
			records += uint64(len(flows))
			for _, f := range flows {
				packets += f.Packets
			}
		}
		got := c.Summary().Totals
		if got.Datagrams != datagrams || got.DatagramOctets != octets || got.Records != records || got.Packets != packets {
			t.Fatalf("%+v, want %d datagrams, %d octets, %d records, %d packets", got, datagrams, octets, records, packets)
		}
		if got.Records != got.DataRecords+got.ReverseRecords-got.RecordsWithoutAddresses {
			t.Fatalf("%+v", got.Counters)
		}
	})
}

// drawDatagram makes good datagrams and damages some of them.
func drawDatagram(t *rapid.T) []byte {
	s := sent{rapid.Uint32Max(50).Draw(t, "sequence"), rapid.IntRange(0, 3).Draw(t, "records"), rapid.Uint32Max(9).Draw(t, "seconds")}
	d := rapid.SampledFrom([]func(sent) []byte{sent.v5, sent.v9, sent.ipfix}).Draw(t, "version")(s)
	if rapid.IntRange(0, 3).Draw(t, "damage") == 0 {
		d[rapid.IntRange(0, len(d)-1).Draw(t, "at")] = rapid.Uint8().Draw(t, "octet")
		d = d[:rapid.IntRange(0, len(d)).Draw(t, "length")]
	}
	return d
}

func TestAllocations(t *testing.T) {
	templates := []spec{{id: 1, length: 4, enterprise: reversePEN}, {id: 82, length: 65535}}
	for name, setup := range map[string]struct{ template, data []byte }{
		"V5":              {v5(0), v5(0, v5Record(), v5Record())},
		"V9":              {v9(1, 0, set(0, tmpl(256, basic...))), v9(8, 1, set(0, tmpl(256, basic...)), set(256, basicRecords(8)))},
		"IPFIX":           {ipfix(0, set(2, tmpl(256, basic...))), ipfix(0, set(2, tmpl(256, basic...)), set(256, basicRecords(8)))},
		"IPFIX, biflow":   {ipfix(0, set(2, tmpl(256, append(templates, basic...)...))), ipfix(0, set(256, u32(7), u8(2), u16(7), basicRecord(1)))},
		"IPFIX, options":  {ipfix(0, set(3, optionsTmpl(256, 1, spec{id: 149, length: 4}, spec{id: 41, length: 4})), set(256, u64(1))), ipfix(1, set(256, u64(2)))},
		"unknown":         {ipfix(0), ipfix(0, set(256, basicRecords(8)))},
		"malformed":       {ipfix(0), ipfix(0, []byte{1, 0, 0, 1})},
		"unknown version": {ipfix(0), []byte{0, 1}},
	} {
		c := New(Options{})
		out := make([]Flow, 0, 64)
		c.Decode(exporterA, setup.template, out)
		if n := testing.AllocsPerRun(100, func() { c.Decode(exporterA, setup.data, out[:0]) }); n != 0 {
			t.Errorf("%s: %v allocations per datagram", name, n)
		}
	}
}

// fullDatagram is one of about 1400 octets, with its template known.
func fullDatagram(version uint16) (template, data []byte, records int) {
	fields := []spec{
		{id: 8, length: 4},
		{id: 12, length: 4},
		{id: 4, length: 1},
		{id: 5, length: 1},
		{id: 6, length: 1},
		{id: 7, length: 2},
		{id: 11, length: 2},
		{id: 10, length: 4},
		{id: 14, length: 4},
		{id: 2, length: 8},
		{id: 1, length: 8},
		{id: 152, length: 8},
		{id: 153, length: 8},
		{id: 136, length: 1},
	}
	record := join(ip("10.0.0.1"), ip("10.0.0.2"), u8(6), u8(0), u8(0x1b), u16(1), u16(2), u32(1), u32(2), u64(3), u64(4), u64(1700000000000), u64(1700000001000), u8(1))
	switch version {
	case 5:
		s := sent{records: 29}
		return v5(0), s.v5(), 29
	case 9:
		return v9(1, 0, set(0, tmpl(256, fields...))), v9(24, 1, set(256, repeat(record, 24))), 24
	default:
		return ipfix(0, set(2, tmpl(256, fields...))), ipfix(0, set(256, repeat(record, 24))), 24
	}
}

func repeat(b []byte, n int) []byte {
	var all []byte
	for range n {
		all = append(all, b...)
	}
	return all
}

func BenchmarkDecode(b *testing.B) {
	for name, version := range map[string]uint16{"V5": 5, "V9": 9, "IPFIX": 10} {
		b.Run(name, func(b *testing.B) {
			c := New(Options{KeepDuplicates: true})
			template, data, records := fullDatagram(version)
			out, _ := c.Decode(exporterA, template, nil)
			done := 0
			for b.Loop() {
				data[len(data)-2]++ // not a duplicate of one of the last 64
				out, _ = c.Decode(exporterA, data, out[:0])
				done += records
			}
			b.ReportMetric(float64(done)/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(done), "ns/record")
		})
	}
}
