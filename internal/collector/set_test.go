package collector

import "testing"

func TestNextSet(t *testing.T) {
	for _, c := range []struct {
		name       string
		in         []byte
		ok         bool
		verdict    Verdict
		id         uint16
		body, rest int
	}{
		{"nothing", nil, false, Good, 0, 0, 0},
		{"less than a header", []byte{1, 2, 3}, false, Good, 0, 0, 3},
		{"empty set", set(300), true, Good, 300, 0, 0},
		{"set and more", join(set(300, u64(1)), u16(9)), true, Good, 300, 8, 2},
		{"zeros", make([]byte, 40), false, Good, 0, 0, 40},
		{"zeros, then not", append(make([]byte, 40), 1), false, SetLength, 0, 0, 41},
		{"too long by one", []byte{1, 0, 0, 5}, false, SetLength, 0, 0, 4},
		{"length 3", []byte{1, 0, 0, 3}, false, SetLength, 0, 0, 4},
	} {
		id, body, rest, ok, v := nextSet(c.in)
		if ok != c.ok || v != c.verdict || id != c.id || len(body) != c.body || len(rest) != c.rest {
			t.Errorf("%s: id %d, %d octets, %d left, %v, %v", c.name, id, len(body), len(rest), ok, v)
		}
	}
}

func TestSetKinds(t *testing.T) {
	for _, c := range []struct {
		id        uint16
		v9, ipfix setKind
	}{
		{0, holdsTemplates, reservedSet},
		{1, holdsOptionsTemplates, reservedSet},
		{2, reservedSet, holdsTemplates},
		{3, reservedSet, holdsOptionsTemplates},
		{4, reservedSet, reservedSet},
		{255, reservedSet, reservedSet},
		{256, holdsData, holdsData},
		{65535, holdsData, holdsData},
	} {
		v9, ipfix := message{version: versionV9}, message{version: versionIPFIX}
		if v9.setKind(c.id) != c.v9 || ipfix.setKind(c.id) != c.ipfix {
			t.Errorf("set %d: V9 %d, IPFIX %d", c.id, v9.setKind(c.id), ipfix.setKind(c.id))
		}
	}
}

// Sets without data do no harm, and a faulty last one is found before the first takes effect.
func TestCheckSets(t *testing.T) {
	c := New(Options{})
	if _, v := c.Decode(exporterA, ipfix(0, set(2, tmpl(256, basic...)), set(256, basicRecord(1)), []byte{9, 9, 9, 9, 9}), nil); v != SetLength {
		t.Errorf("verdict %v", v)
	}
	if sum := only(t, c); sum.Templates != 0 || sum.TemplateRecords != 0 {
		t.Errorf("the template of a malformed message was learnt: %+v", sum)
	}
	decode(t, c, ipfix(0, set(2), set(3), set(300), set(2, tmpl(256, basic...)), set(256)))
	if sum := only(t, c); sum.Templates != 1 || sum.SetsWithoutTemplate != 1 || sum.OctetsWithoutTemplate != 0 {
		t.Errorf("%+v", sum)
	}
}
