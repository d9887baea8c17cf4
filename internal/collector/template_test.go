package collector

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// compileIPFIX compiles a template of IPFIX.
func compileIPFIX(t *testing.T, fields ...spec) *template {
	t.Helper()
	r := templateRecord{ipfix: true}
	b := tmpl(256, fields...)
	if n := r.parse(b); n != len(b) {
		t.Fatalf("template of %d octets parsed as %d", len(b), n)
	}
	return r.compile()
}

func TestCompile(t *testing.T) {
	skip := func(n uint16) field { return field{length: n} }
	octets := field{4, element{number, octetDelta}}
	for _, c := range []struct {
		name     string
		fields   []spec
		want     []field
		shortest int
		variable bool
		reverse  bool
	}{
		{"one", []spec{{id: 1, length: 4}}, []field{octets}, 4, false, false},
		{
			"skipped ones are joined",
			[]spec{{id: 9, length: 1}, {id: 13, length: 1}, {id: 1, length: 4}, {id: 16, length: 4}, {id: 17, length: 4}},
			[]field{skip(2), octets, skip(8)},
			14, false, false,
		},
		{
			"variable ones are not",
			[]spec{{id: 9, length: 1}, {id: 95, length: 65535}, {id: 13, length: 1}},
			[]field{skip(1), skip(variableLength), skip(1)},
			3, true, false,
		},
		{
			"as many octets as there may be",
			[]spec{{id: 210, length: 65000}, {id: 210, length: 500}, {id: 210, length: 30}},
			[]field{skip(65530)},
			65530, false, false,
		},
		{"no octets, no field", []spec{{id: 1, length: 4}, {id: 2, length: 0}}, []field{octets}, 4, false, false},
		{"the first of two", []spec{{id: 1, length: 4}, {id: 1, length: 4}}, []field{octets, skip(4)}, 4 + 4, false, false},
		{"enterprise", []spec{{id: 1, length: 4, enterprise: 9}, {id: 1, length: 4}}, []field{skip(4), octets}, 8, false, false},
		{"reverse", []spec{{id: 1, length: 4}, reverse(1, 4)}, []field{octets, {4, element{reverseNumber, octetDelta}}}, 8, false, true},
	} {
		got := compileIPFIX(t, c.fields...)
		if got == nil {
			t.Errorf("%s: refused", c.name)
			continue
		}
		if diff := cmp.Diff(c.want, got.fields, cmp.Comparer(func(a, b field) bool { return a == b })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if got.minLength != c.shortest || got.variable != c.variable || got.reverse != c.reverse {
			t.Errorf("%s: shortest %d, variable %v, reverse %v", c.name, got.minLength, got.variable, got.reverse)
		}
	}
}

// A set has room for 65531 octets: one more can't be data.
func TestLongestRecord(t *testing.T) {
	if compileIPFIX(t, spec{id: 210, length: 65000}, spec{id: 210, length: 531}) == nil {
		t.Error("the longest record was refused")
	}
	if compileIPFIX(t, spec{id: 210, length: 65000}, spec{id: 210, length: 532}) != nil {
		t.Error("a record that is too long was taken")
	}
}

func TestSameTemplate(t *testing.T) {
	parse := func(options bool, b []byte) *templateRecord {
		r := &templateRecord{ipfix: true, options: options}
		r.parse(b)
		return r
	}
	base := parse(false, tmpl(256, basic...))
	known := base.compile()
	for _, c := range []struct {
		name  string
		other *templateRecord
		want  bool
	}{
		{"itself", base, true},
		{"other length", parse(false, tmpl(256, append([]spec{{id: 8, length: 3}}, basic[1:]...)...)), false},
		{"one field less", parse(false, tmpl(256, basic[1:]...)), false},
		{"options", parse(true, optionsTmpl(256, 1, basic...)), false},
	} {
		if got := c.other.sameAs(known); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestV9Scopes(t *testing.T) {
	for scope, want := range map[uint16]element{
		1: {}, 2: {number, ingress}, 3: {}, 4: {}, 5: {number, templateID}, 6: {}, 149: {},
	} {
		if got := v9Scope(scope); got != want {
			t.Errorf("scope %d: %+v", scope, got)
		}
	}
}
