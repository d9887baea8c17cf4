package collector

import "testing"

// named is a template of variable length: addresses, a name, an interface.
func named() []spec {
	return []spec{{id: 8, length: 4}, {id: 12, length: 4}, {id: 82, length: variableLength}, {id: 10, length: 4}}
}

// Whatever is wrong with a message, and wherever, nothing that stood before it takes effect.
func TestMalformedMessageTakesNoEffect(t *testing.T) {
	variable := join(ip("192.0.2.1"), ip("192.0.2.2"), u8(200), u32(1))
	for _, c := range []struct {
		name string
		last []byte
		want Verdict
	}{
		{"template cut", set(2, u16(257), u16(50)), TemplateCut},
		{"second template of a set cut", set(2, tmpl(257, basic...), tmpl(258, basic...)[:20]), TemplateCut},
		{"options template cut", set(3, optionsTmpl(257, 1, basic...)[:20]), TemplateCut},
		{"enterprise number cut", set(2, tmpl(257, spec{1, 4, 99})[:8]), TemplateCut},
		{"set length", []byte{1, 0, 0, 2}, SetLength},
	} {
		collector := New(Options{})
		if _, v := collector.Decode(exporterA, ipfix(0, set(2, tmpl(256, basic...)), c.last), nil); v != c.want {
			t.Errorf("%s: %v, want %v", c.name, v, c.want)
		}
		flows := decode(t, collector, ipfix(0, set(256, basicRecord(1))))
		if sum := only(t, collector); len(flows) != 0 || sum.Templates != 0 || sum.SetsWithoutTemplate != 1 {
			t.Errorf("%s: the template of a malformed message was learnt: %+v", c.name, sum)
		}
	}
	// The old definition stays in force, and reports are not taken in.
	c := New(Options{})
	options := set(3, optionsTmpl(300, 1, spec{id: 149, length: 4}, spec{id: 34, length: 4}))
	decode(t, c, ipfix(0, set(2, tmpl(256, basic...), tmpl(257, named()...)), options))
	for _, d := range [][]byte{
		ipfix(0, set(2, tmpl(256, swapped()...)), set(2, u16(259), u16(9))),
		ipfix(0, set(300, u32(1), u32(100)), set(257, variable)),
		ipfix(0, set(2, tmpl(257, named()...)), options, set(300, u32(1), u32(100)), set(257, variable)),
	} {
		if _, v := c.Decode(exporterA, d, nil); !v.Malformed() {
			t.Errorf("%v", v)
		}
	}
	equal(t, "flow", basicFlow(1), decode(t, c, ipfix(0, set(256, basicRecord(1))))[0])
	if sum := only(t, c); sum.Report != nil || sum.TemplatesReplaced != 0 {
		t.Errorf("a malformed message was taken in: %+v", sum)
	}
}

func TestMalformedV9TakesNoEffect(t *testing.T) {
	for name, last := range map[string][]byte{
		"template": set(0, u16(257), u16(50)), "options": set(1, v9OptionsTmpl(257, 1, basic...)[:20]),
	} {
		c := New(Options{})
		if _, v := c.Decode(exporterA, v9(2, 0, set(0, tmpl(256, basic...)), last), nil); v != TemplateCut {
			t.Errorf("%s: %v", name, v)
		}
		if sum := only(t, c); sum.Templates != 0 {
			t.Errorf("%s: %+v", name, sum)
		}
	}
}

// Over a reliable transport a withdrawal in a malformed message is none.
func TestMalformedWithdrawal(t *testing.T) {
	c := New(Options{ReliableTransport: true})
	decode(t, c, ipfix(0, set(2, tmpl(256, basic...))))
	c.Decode(exporterA, ipfix(0, set(2, u16(256), u16(0)), set(2, u16(257), u16(50))), nil)
	if sum := only(t, c); sum.Templates != 1 || sum.Malformed["template-cut"] != 1 {
		t.Errorf("%+v", sum)
	}
}

// Data is not checked by a template that its own message replaces.
func TestCheckFollowsTheMessage(t *testing.T) {
	c := New(Options{})
	decode(t, c, ipfix(0, set(2, tmpl(256, named()...))))
	got := decode(t, c, ipfix(0, set(2, tmpl(256, basic...)), set(256, basicRecord(255))))
	equal(t, "flow", basicFlow(255), got[0])
}
