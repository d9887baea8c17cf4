package collector

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/sagflow/sagflow/flowtable"
)

// swapped has source and destination the other way round, with the same length as basic.
func swapped() []spec {
	fields := slices.Clone(basic)
	fields[0], fields[1] = fields[1], fields[0]
	return fields
}

func swappedFlow(n byte) flowtable.Record {
	r := basicFlow(n)
	r.Src, r.Dst = r.Dst, r.Src
	return r
}

func TestTemplateIsReplaced(t *testing.T) {
	data := set(256, basicRecord(1))
	for _, c := range []struct {
		name     string
		datagram func(sequence uint32, sets ...[]byte) []byte
		template uint16
	}{
		{"IPFIX", ipfix, 2},
		{"V9", func(n uint32, sets ...[]byte) []byte { return v9(1, n, sets...) }, 0},
	} {
		collector := New(Options{})
		got := decode(t, collector,
			c.datagram(0, set(c.template, tmpl(256, basic...))), c.datagram(1, data),
			c.datagram(2, set(c.template, tmpl(256, basic...))), c.datagram(3, data),
			c.datagram(4, set(c.template, tmpl(256, swapped()...))), c.datagram(5, data))
		equal(t, c.name, []flowtable.Record{basicFlow(1), basicFlow(1), swappedFlow(1)}, got)
		if sum := only(t, collector); sum.TemplatesReplaced != 1 || sum.TemplateRecords != 3 || sum.Templates != 1 {
			t.Errorf("%s: %+v", c.name, sum.Counters)
		}
	}
}

// In one message, templates take effect in the order in which they stand there.
func TestTemplateOrderWithinMessage(t *testing.T) {
	data := set(256, basicRecord(1))
	got := decode(t, New(Options{}), ipfix(0, data, set(2, tmpl(256, basic...)), data, set(2, tmpl(256, swapped()...)), data))
	equal(t, "records", []flowtable.Record{basicFlow(1), swappedFlow(1)}, got)
}

func TestTemplateAndOptionsTemplateShareIDs(t *testing.T) {
	c := New(Options{})
	got := decode(t, c, ipfix(0, set(2, tmpl(256, basic...))), ipfix(0, set(3, optionsTmpl(256, 1, basic...)), set(256, basicRecord(1))))
	if sum := only(t, c); len(got) != 0 || sum.OptionsRecords != 1 || sum.Templates != 0 || sum.OptionsTemplates != 1 {
		t.Errorf("%d flows, %+v", len(got), sum)
	}
}

func TestTemplatesBelongToTheirSession(t *testing.T) {
	c := New(Options{})
	decode(t, c, ipfix(0, set(2, tmpl(256, basic...))))
	data := ipfix(0, set(256, basicRecord(1)))
	otherDomain := slices.Clone(data)
	otherDomain[15]++
	for name, d := range map[string]struct {
		from netip.AddrPort
		b    []byte
	}{
		"other domain":  {exporterA, otherDomain},
		"other port":    {netip.AddrPortFrom(exporterA.Addr(), 1), data},
		"other address": {netip.MustParseAddrPort("192.0.2.2:50000"), data},
		"other version": {exporterA, v9(1, 0, set(256, basicRecord(1)))},
	} {
		if flows, _ := c.Decode(d.from, d.b, nil); len(flows) != 0 {
			t.Errorf("%s: template was used", name)
		}
	}
	if flows, _ := c.Decode(exporterA, data, nil); len(flows) != 1 {
		t.Error("own template was not used")
	}
	if n := len(c.Summary().Sessions); n != 5 {
		t.Errorf("%d sessions", n)
	}
}

func TestRefusedTemplates(t *testing.T) {
	many := make([]spec, 40)
	for i := range many {
		many[i] = spec{id: 8, length: 4}
	}
	for _, c := range []struct {
		name string
		set  []byte
	}{
		{"id below 256", set(2, tmpl(255, basic...))},
		{"no octets", set(2, tmpl(256, spec{id: 8, length: 0}))},
		{"longer than a set", set(2, tmpl(256, spec{id: 210, length: 65000}, spec{id: 210, length: 600}))},
		{"options without scope", set(3, optionsTmpl(256, 0, basic...))},
		{"more scopes than fields", set(3, optionsTmpl(256, 8, basic...))},
		{"too many fields", set(2, tmpl(256, many...))},
	} {
		collector := New(Options{MaxFields: 30})
		decode(t, collector, ipfix(0, set(2, tmpl(256, basic...))))
		flows := decode(t, collector, ipfix(0, c.set, set(257, basicRecord(1))))
		sum := only(t, collector)
		if len(flows) != 0 || sum.TemplatesRefused != 1 {
			t.Errorf("%s: %d flows, %+v", c.name, len(flows), sum.Counters)
		}
	}
}

// A new definition that can't be used must not leave the old one in force.
func TestRefusedTemplateDisplacesTheOldOne(t *testing.T) {
	c := New(Options{})
	got := decode(t, c, ipfix(0, set(2, tmpl(256, basic...))), ipfix(0, set(2, tmpl(256, spec{id: 8, length: 0})), set(256, basicRecord(1))))
	if sum := only(t, c); len(got) != 0 || sum.SetsWithoutTemplate != 1 || sum.Templates != 0 {
		t.Errorf("%d flows, %+v", len(got), sum)
	}
}

func TestWithdrawals(t *testing.T) {
	templates := ipfix(0, set(2, tmpl(256, basic...), tmpl(257, basic...)), set(3, optionsTmpl(258, 1, basic...), optionsTmpl(259, 1, basic...)))
	withdrawal := func(setID, id uint16) []byte { return ipfix(0, set(setID, u16(id), u16(0))) }
	for _, c := range []struct {
		name     string
		datagram []byte
		left     [2]int // templates, options templates
	}{
		{"one", withdrawal(2, 256), [2]int{1, 2}},
		{"one of options", withdrawal(3, 258), [2]int{2, 1}},
		{"never sent", withdrawal(2, 300), [2]int{2, 2}},
		{"options as if it were none", withdrawal(2, 258), [2]int{2, 2}},
		{"all", withdrawal(2, 2), [2]int{0, 2}},
		{"all of options", withdrawal(3, 3), [2]int{2, 0}},
		{"two at once", ipfix(0, set(2, u16(256), u16(0), u16(257), u16(0), u32(0))), [2]int{0, 2}},
	} {
		reliable, udp := New(Options{ReliableTransport: true}), New(Options{})
		decode(t, reliable, templates, c.datagram)
		sum := only(t, reliable)
		equal(t, c.name, c.left, [2]int{sum.Templates, sum.OptionsTemplates})
		// RFC 7011 §8.4: over UDP they must be ignored.
		decode(t, udp, templates, c.datagram)
		sum = only(t, udp)
		equal(t, c.name+" over UDP", [2]int{2, 2}, [2]int{sum.Templates, sum.OptionsTemplates})
		if sum.Withdrawals == 0 {
			t.Errorf("%s: not counted", c.name)
		}
	}
}

func TestTemplateLimit(t *testing.T) {
	c := New(Options{MaxTemplates: 3})
	for id := range uint16(5) {
		decode(t, c, ipfix(0, set(2, tmpl(256+id, basic...))))
	}
	if sum := only(t, c); sum.Templates != 3 || sum.TemplatesRefused != 2 {
		t.Errorf("%+v", sum)
	}
}

// The books on fields must come out even, whatever happens to templates.
func TestFieldAccounting(t *testing.T) {
	c := New(Options{MaxSessions: 3, MaxTotalFields: 70, ReliableTransport: true})
	for i := range uint16(40) {
		from := netip.AddrPortFrom(exporterA.Addr(), 1000+i%5)
		template := tmpl(256+i%3, basic[:1+i%7]...)
		c.Decode(from, ipfix(0, set(2, template)), nil)
		if i%4 == 0 {
			c.Decode(from, ipfix(0, set(2, u16(256), u16(0))), nil)
		}
		total := 0
		for s := c.sessions.newest; s != nil; s = s.older {
			own := 0
			for _, template := range s.templates {
				own += template.cost()
			}
			if own != s.fields {
				t.Fatalf("step %d: session counts %d, has %d", i, s.fields, own)
			}
			total += own
		}
		if total != c.fields || len(c.sessions.byKey) > 3 {
			t.Fatalf("step %d: %d fields counted, %d there, %d sessions", i, c.fields, total, len(c.sessions.byKey))
		}
	}
}

// RFC 5471 §3.5.3: as many elements as a UDP datagram can describe.
func TestLargestTemplate(t *testing.T) {
	const n = 16360
	fields := make([]spec, n)
	for i := range fields {
		fields[i] = spec{id: 210, length: 1}
	}
	copy(fields, basic)
	c := New(Options{})
	record := join(basicRecord(1), make([]byte, n-len(basic)))
	got := decode(t, c, ipfix(0, set(2, tmpl(256, fields...))), ipfix(0, set(256, record, record)))
	equal(t, "records", []flowtable.Record{basicFlow(1), basicFlow(1)}, got)
}

// Fields without octets would let one datagram cost as much work as it likes.
func TestWorkIsBoundedByOctets(t *testing.T) {
	fields := make([]spec, 16000)
	for i := range fields {
		fields[i] = spec{id: uint16(i % 400), length: 0}
	}
	fields[0] = spec{id: 4, length: 1}
	c := New(Options{})
	decode(t, c, ipfix(0, set(2, tmpl(256, fields...))))
	for s := c.sessions.newest; s != nil; s = s.older {
		if n := len(s.templates[256].fields); n != 1 {
			t.Errorf("%d fields are read for each octet", n)
		}
	}
}
