package collector

import (
	"testing"

	"github.com/sagflow/sagflow/flowtable"
)

func TestV5Record(t *testing.T) {
	c := New(Options{})
	flows, v := c.Decode(exporterA, v5(7, v5Record(), v5Record()), nil)
	want := flowtable.Record{
		Src: [16]byte{192, 0, 2, 10}, Dst: [16]byte{198, 51, 100, 1}, IPVersion: 4, Protocol: 6,
		Packets: 3, Octets: 300, SrcPort: 1000, DstPort: 80, Input: 4, Output: 5, TCPFlags: 0x1b, ToS: 0x28,
		// The header's time is ….250999999, of which the milliseconds count.
		First: (exportTime*1000 + 250 - 2000) * 1e6, Last: (exportTime*1000 + 250 - 1000) * 1e6,
	}
	flow := Flow{Record: want, Exporter: exporterA, Domain: 0x0203, Version: 5}
	equal(t, "flows", []Flow{flow, flow}, flows)
	if v != Good {
		t.Errorf("verdict %v", v)
	}
}

func TestV5Lengths(t *testing.T) {
	whole := v5(0, v5Record(), v5Record())
	for _, c := range []struct {
		name     string
		datagram []byte
		want     Verdict
		records  uint64
		trailing uint64
	}{
		{"whole", whole, Good, 2, 0},
		{"no records", v5(0), Good, 0, 0},
		{"last octet cut", whole[:len(whole)-1], CountBeyondDatagram, 0, 0},
		{"header alone", whole[:24], CountBeyondDatagram, 0, 0},
		{"header cut", whole[:23], TooShort, 0, 0},
		{"octets behind", append(v5(0, v5Record()), 1, 2, 3), Good, 1, 3},
	} {
		collector := New(Options{})
		flows, v := collector.Decode(exporterA, c.datagram, nil)
		sum := collector.Summary().Totals
		if v != c.want || uint64(len(flows)) != c.records || sum.Records != c.records || sum.TrailingOctets != c.trailing {
			t.Errorf("%s: verdict %v, %d flows, %d records, %d trailing", c.name, v, len(flows), sum.Records, sum.TrailingOctets)
		}
	}
}

func TestV5Sampling(t *testing.T) {
	c := New(Options{})
	d := v5(0, v5Record())
	d[22], d[23] = 0x40|0x03, 0xe8 // mode 1, 1 in 1000
	decode(t, c, d)
	equal(t, "report", &Report{Sampling: &Sampling{Algorithm: 1, Selected: 1, Of: 1000}}, only(t, c).Report)
}

// More than 30 records don't fit what V5 says, but are unambiguous.
func TestV5ManyRecords(t *testing.T) {
	var records [][]byte
	for range 1000 {
		records = append(records, v5Record())
	}
	if got := decode(t, New(Options{}), v5(0, records...)); len(got) != 1000 {
		t.Errorf("%d records", len(got))
	}
}
