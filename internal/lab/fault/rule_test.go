package fault

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParameterChecks(t *testing.T) {
	tests := []struct {
		name      string
		parameter Parameter
		good, bad []string
	}{
		{"integer", whole("n", 1, -3, 1<<31-1, ""), []string{"-3", "0", "2147483647", "+1"}, []string{"", "-4", "2147483648", "1.0", "x", "9223372036854775808", " 1"}},
		{"duration", duration("d", "1s", "-1h", "1h", ""), []string{"0s", "0", "-1h", "59m59.9s", "1h"}, []string{"", "1", "1h1ns", "-61m", "soon", "1 s"}},
		{"choice", choice("c", "a", "", "a", "b"), []string{"a", "b"}, []string{"", "A", "c"}},
		{"text", text("t", "", ""), []string{"", "a b", "创建"}, []string{"a\nb", "a\r", "\x00"}},
		{"body", text("body", "", ""), []string{"", "{\n}", "\x00"}, nil},
		{"unknown type", Parameter{Name: "u", Type: "float"}, nil, []string{"1"}},
	}
	for _, test := range tests {
		for _, value := range test.good {
			if err := test.parameter.check(value); err != nil {
				t.Errorf("%s %q: %v", test.name, value, err)
			}
		}
		for _, value := range test.bad {
			if err := test.parameter.check(value); err == nil {
				t.Errorf("%s %q was taken", test.name, value)
			}
		}
	}
}

func TestValuesFromJSON(t *testing.T) {
	tests := []struct {
		text string
		want Values
		err  string
	}{
		{`{}`, Values{}, ""},
		{`{"a":"x","b":1,"c":-1.50,"d":true,"e":"\u00e9"}`, Values{"a": "x", "b": "1", "c": "-1.50", "d": "true", "e": "é"}, ""},
		{`{"a":{"b":1}}`, nil, `parameter "a": {"b":1}: it takes a string`},
		{`{"a":[]}`, nil, `parameter "a": []`},
		{`{"a":null}`, nil, `parameter "a": null`},
		{`[]`, nil, "cannot unmarshal array"},
	}
	for _, test := range tests {
		var got Values
		err := json.Unmarshal([]byte(test.text), &got)
		switch {
		case test.err == "" && (err != nil || cmp.Diff(test.want, got) != ""):
			t.Errorf("%s: %v %v", test.text, got, err)
		case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
			t.Errorf("%s: %v, want %q", test.text, err, test.err)
		}
	}
}

// What a caller does with its maps afterwards changes no rule in force.
func TestRulesAreCopied(t *testing.T) {
	p := New(Options{})
	where, values := map[string]string{"a": "b"}, Values{"status": "500"}
	add(t, p, Rule{Kind: Status, Where: where, Parameters: values})
	where["a"], values["status"] = "c", "1"
	i, ok := p.Take("A", with(map[string]string{"a": "b"})).Is(Status)
	if !ok || i.Int("status") != 500 {
		t.Errorf("%+v %v", i, ok)
	}
}
