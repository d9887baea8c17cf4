package collector

import (
	"testing"

	"github.com/sagflow/sagflow/flowtable"
)

// v9Full has all that V9 has a field for; the lengths are RFC 3954 §8's.
var v9Full = []spec{
	{id: 27, length: 16},
	{id: 28, length: 16},
	{id: 60, length: 1},
	{id: 4, length: 1},
	{id: 5, length: 1},
	{id: 6, length: 1},
	{id: 7, length: 2},
	{id: 11, length: 2},
	{id: 10, length: 4},
	{id: 14, length: 4},
	{id: 61, length: 1},
	{id: 58, length: 2},
	{id: 2, length: 8},
	{id: 1, length: 8},
	{id: 22, length: 4},
	{id: 21, length: 4},
	{id: 31, length: 3},
	{id: 136, length: 1},
}

func v9FullRecord() []byte {
	return join(ip("2001:db8::1"), ip("2001:db8::2"), u8(6), u8(6), u8(0xb8), u8(0x13),
		u16(4000), u16(443), u32(70000), u32(70001), u8(1), u16(0xf064),
		u64(1<<40), u64(1<<50), u32(uptime-5000), u32(uptime), []byte{1, 2, 3}, u8(2))
}

func TestV9Record(t *testing.T) {
	c := New(Options{})
	got := decode(t, c, v9(1, 0, set(0, tmpl(300, v9Full...))), v9(1, 1, set(300, v9FullRecord(), u16(0))))
	want := flowtable.Record{
		Src: [16]byte{0x20, 1, 0xd, 0xb8, 15: 1}, Dst: [16]byte{0x20, 1, 0xd, 0xb8, 15: 2}, IPVersion: 6, Protocol: 6, ToS: 0xb8,
		TCPFlags: 0x13, SrcPort: 4000, DstPort: 443, Input: 70000, Output: 70001, Direction: flowtable.Egress,
		VLAN: 100, Packets: 1 << 40, Octets: 1 << 50, Reason: flowtable.ActiveAging,
		First: (exportTime - 5) * 1e9, Last: exportTime * 1e9,
	}
	equal(t, "records", []flowtable.Record{want}, got)
	sum := only(t, c)
	if sum.Domain != 7 || sum.Version != 9 || sum.CountMismatches != 0 || sum.TemplateRecords != 1 || sum.Templates != 1 {
		t.Errorf("%+v", sum)
	}
}

func TestV9Count(t *testing.T) {
	template := set(0, tmpl(256, basic...))
	three := set(256, basicRecords(3))
	unknown := set(400, basicRecords(5))
	for _, c := range []struct {
		name       string
		datagram   []byte
		mismatches uint64
		without    uint64
	}{
		{"all records", v9(4, 0, template, three), 0, 0},
		{"without templates", v9(3, 0, template, three), 1, 0},
		{"sets", v9(2, 0, template, three), 1, 0},
		{"more than there are", v9(9, 0, template, three), 1, 0},
		{"unknown template", v9(9, 0, template, three, unknown), 0, 5},
		{"unknown template, more than could be", v9(60000, 0, template, three, unknown), 0, uint64(len(unknown) - 4)},
		{"unknown template, fewer than were read", v9(2, 0, template, three, unknown), 1, 0},
	} {
		collector := New(Options{})
		if got := decode(t, collector, c.datagram); len(got) != 3 {
			t.Errorf("%s: %d records: read by count and not by length", c.name, len(got))
		}
		sum := only(t, collector)
		if sum.CountMismatches != c.mismatches || sum.RecordsWithoutTemplate != c.without {
			t.Errorf("%s: %d mismatches, %d records without template", c.name, sum.CountMismatches, sum.RecordsWithoutTemplate)
		}
	}
}

// V9 has no enterprise bit and no variable length: the numbers mean themselves.
func TestV9HasNoEnterpriseNumbers(t *testing.T) {
	fields := append([]spec{{id: 0xe0d2, length: 2}}, basic...)
	got := decode(t, New(Options{}), v9(2, 0, set(0, tmpl(256, fields...)), set(256, u16(9), basicRecord(1))))
	want := basicFlow(1)
	equal(t, "records", []flowtable.Record{want}, got)
	c := New(Options{})
	decode(t, c, v9(1, 0, set(0, tmpl(256, spec{id: 82, length: 65535}))))
	if only(t, c).TemplatesRefused != 1 {
		t.Error("a field longer than any set was accepted")
	}
}

func TestV9Options(t *testing.T) {
	for _, c := range []struct {
		name   string
		scopes int
		fields []spec
		record []byte
		want   Report
	}{
		{
			"sampling", 1,
			[]spec{{id: 1, length: 4}, {id: 34, length: 4}, {id: 35, length: 1}},
			join(u32(0), u32(100), u8(2)),
			Report{Sampling: &Sampling{Algorithm: 2, Selected: 1, Of: 100}},
		},
		{
			"sampler", 1,
			[]spec{{id: 1, length: 4}, {id: 48, length: 1}, {id: 49, length: 1}, {id: 50, length: 4}},
			join(u32(0), u8(1), u8(2), u32(512)),
			Report{Sampling: &Sampling{Algorithm: 2, Selected: 1, Of: 512}},
		},
		{
			"interface by scope", 1,
			[]spec{{id: 2, length: 4}, {id: 82, length: 8}},
			join(u32(3), []byte("eth0\x00\x00\x00\x00")),
			Report{Interfaces: map[uint32]string{3: "eth0"}},
		},
		{
			"statistics", 1,
			[]spec{{id: 1, length: 2}, {id: 41, length: 4}, {id: 42, length: 4}, {id: 40, length: 4}},
			join(u16(0), u32(10), u32(200), u32(3000)),
			Report{Exported: &Exported{Messages: 10, Records: 200, Octets: 3000}},
		},
		{"nothing known", 1, []spec{{id: 3, length: 2}, {id: 36, length: 2}}, join(u16(1), u16(60)), Report{Other: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			collector := New(Options{})
			template := set(1, v9OptionsTmpl(260, c.scopes, c.fields...), []byte{0, 0})
			if got := decode(t, collector, v9(2, 0, template, set(260, c.record))); len(got) != 0 {
				t.Errorf("options became flows: %v", got)
			}
			sum := only(t, collector)
			equal(t, "report", &c.want, sum.Report)
			if sum.OptionsRecords != 1 || sum.OptionsTemplates != 1 || sum.CountMismatches != 0 {
				t.Errorf("%+v", sum.Counters)
			}
		})
	}
}

// RFC 3954 §6.1 gives lengths in octets: 5 is no number of specifiers.
func TestV9OptionsLengths(t *testing.T) {
	c := New(Options{})
	broken := join(u16(260), u16(5), u16(4), u16(1), u16(4), u16(34), u16(4), u8(0))
	flows, v := c.Decode(exporterA, v9(1, 0, set(1, broken)), nil)
	if sum := only(t, c); v != Good || len(flows) != 0 || sum.TemplatesRefused != 1 || sum.OptionsTemplates != 0 {
		t.Errorf("verdict %v, %+v", v, sum.Counters)
	}
	if _, v = c.Decode(exporterA, v9(1, 1, set(1, join(u16(260), u16(4), u16(400), u16(1), u16(4)))), nil); v != TemplateCut {
		t.Errorf("verdict %v", v)
	}
}
