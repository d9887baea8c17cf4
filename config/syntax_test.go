package config

import (
	"strings"
	"testing"
)

// Every explanation of a parser's message is reached, and its place is where a person would look.
func TestSyntaxFaults(t *testing.T) {
	reached := map[string]bool{}
	for _, c := range []struct{ name, text, want string }{
		{"at sign", "a: 1\nb: @x\n", `2:4: a character that no value starts with`},
		{"backquote", "b: `x`\n", `1:4: a character that no value starts with`},
		{"percent", "a: {b: %x}\n", `1:8: a character that no value starts with`},
		{"two colons", "a: 1\nb: c: d\n", `2:1: a second colon, or a wrong indent`},
		{"too deep an indent", "a: 1\n  b: 2\n", `2:3: a second colon, or a wrong indent`},
		{"too small an indent", "a:\n    b: 1\n  c: 2\n", `3:3: neither a key nor a right indent`},
		{"open list", "a: 1\nb: [1, 2\nc: 3\n", `2:4: the list is not closed`},
		{"open list, block", "b: [1,\n  2\nc: 3\n", `1:4: the list is not closed`},
		{"open mapping", "a: 1\nb: {c: 2\nd: 3\n", `2:4: the mapping is not closed`},
		{"open quotes", "a: 1\nb: \"x\nc: 3\n", `2:4: quotes are not closed`},
		{"open single quotes", "b: 'x\nc: 3\n", `1:4: quotes are not closed`},
		{"item among keys", "a: 1\n- b\n", `a key nor a right indent`},
		{"key among items", "- a\nb: 1\n", `neither an item nor a right indent`},
		{"no colon", "a: 1\nb\nc: 3\n", `2:1: a key without a colon`},
		{"no item", "a: [1, , 2]\n", `a value is missing`},
		{"alias of nothing", "a: 1\nb: *x\n", `2:4: an alias (*) is not used here`},
		{"star alone", "a: 1\nb: [c*, *]\n", `2:9: an alias (*) or anchor (&) is not used here`},
		{"ampersand alone", "a: &\n", `1:4: an alias (*) or anchor (&) is not used here`},
		{"tag that takes the bracket", "a: 1\nb: [c, !d]\ne: f\n", `2:8: a tag (!) is not used here; want the value alone, in quotes if it begins with !`},
		{"tag that takes the brace", "a: {!d}\n", `1:5: a tag (!) is not used here`},
		{"tag further down", "a: [b,\n  c,\n  !d]\ne: f\n", `3:3: a tag (!) is not used here`},
		{"question mark", "a: [b, \"c?\", eth?]\n", `1:17: a ? outside of quotes; want a value with ? in it in quotes`},
		{"question mark in a key", "a: {b?: c}\n", `1:6: a ? outside of quotes`},
		{"open list with a mark within", "a: [b!c\nd: e\n", `1:4: the list is not closed`},
		{"open list with a quoted mark", "a: [\"!b\", 'c !d'\ne: f\n", `1:4: the list is not closed`},
		{"directive", "%YAML 9.1\n---\na: 1\n", `1:1: a %YAML line`},
		{"depth", strings.Repeat("[", 20000), `nested too deeply`},
		{"tab", "a:\n  b: 1\n\tc: 2\n", `3:1: a tab indents this line`},
		{"tab alone", "a: 1\n\t\nb: 2\n", `2:1: a tab indents this line`},
		{"not the tab far above", "a: {b: 1,\n\tc: 2}\nd: 1\ne: 1\nf: @\n", `5:4: a character that no value starts with`},
		{"escape", "a: \"\\q\"\n", `1:1: not YAML: found unknown escape character`},
		{"block scalar", "a: |x\n  b\n", `not YAML: did not find expected comment or line break`},
	} {
		_, err := Decode("f", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
			continue
		}
		checkPlaces(t, err, c.text)
		for _, m := range syntaxMessages {
			if strings.Contains(err.Error(), m.problem+"; want "+m.want) {
				reached[m.part] = true
			}
		}
	}
	for _, m := range syntaxMessages {
		if !reached[m.part] {
			t.Errorf("%q is not reached", m.part)
		}
	}
}

// What the parser quotes of a file may be a secret.
func TestSyntaxFaultsHideSecrets(t *testing.T) {
	for _, text := range []string{
		"a: *CANARYcanaryCANARYcanary123456\n",
		"access_key_secret = CANARYcanaryCANARYcanary123456\nx: 1\n",
		"!CANARYcanary!CANARYcanary123456 a: 1\n",
		"%CANARYcanaryCANARYcanary123456 x\n---\na\n",
		"[default]\ntype=access_key\naccess_key_id=CANARY\naccess_key_secret=CANARY\n",
		"a: [CANARYcanaryCANARYcanary123456\nb: 1\n",
	} {
		if _, err := Decode("f", []byte(text)); err == nil || strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestTabsWithinTextAreRight(t *testing.T) {
	for _, text := range []string{
		gateway + "interfaces:\t[eth0]\t# tab\n",
		strings.Replace(gateway, ", region", ",\n\tregion", 1),
	} {
		if _, err := Decode("f", []byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}
