package query

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLex(t *testing.T) {
	for q, want := range map[string][]token{
		"":              {{end, "", 0}},
		" \t\r\n":       {{end, "", 4}},
		"a:b":           {{word, "a", 0}, {symbol, ":", 1}, {word, "b", 2}, {end, "", 3}},
		"a>=1<=2<3>4=5": {{word, "a", 0}, {symbol, ">=", 1}, {word, "1", 3}, {symbol, "<=", 4}, {word, "2", 6}, {symbol, "<", 7}, {word, "3", 8}, {symbol, ">", 9}, {word, "4", 10}, {symbol, "=", 11}, {word, "5", 12}, {end, "", 13}},
		`"a \"b\" \\"`:  {{quoted, `a "b" \`, 0}, {end, "", 12}},
		`"a\n"`:         {{quoted, `a\n`, 0}, {end, "", 5}},
		`x"y"z`:         {{word, "x", 0}, {quoted, "y", 1}, {word, "z", 4}, {end, "", 5}},
		"(a)|b":         {{symbol, "(", 0}, {word, "a", 1}, {symbol, ")", 2}, {symbol, "|", 3}, {word, "b", 4}, {end, "", 5}},
		"10.0.0.0/8,x":  {{word, "10.0.0.0/8,x", 0}, {end, "", 12}},
		"üml äut":       {{word, "üml", 0}, {word, "äut", 5}, {end, "", 9}},
	} {
		got, err := lex(q)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(token{})); diff != "" || err != nil {
			t.Errorf("%q: %v\n%s", q, err, diff)
		}
	}
	for _, q := range []string{`"`, `a "b`, `"\"`, `"a\`} {
		var e *Error
		if _, err := lex(q); !errors.As(err, &e) || e.At != strings.Index(q, `"`) {
			t.Errorf("%q: got %v", q, err)
		}
	}
}

func TestTokens(t *testing.T) {
	for value, want := range map[string][]string{
		"":                       nil,
		"10.0.0.1":               {"10.0.0.1"},
		"2001:db8::1":            {"2001", "db8", "1"},
		"GET /Index.HTML?a=b&c":  {"get", "index.html", "a", "b", "c"},
		" ,;[x]{y}(z)\\'\"^*#@~": {"x", "y", "z"},
		"tcp-flags_18":           {"tcp-flags_18"},
	} {
		if got := tokens(value); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", value, got, want)
		}
	}
}

// TestTokensOfQuery cuts queries at every place: what is left is read, or refused with a place within it.
func TestTokensOfQuery(t *testing.T) {
	q := `(srcaddr: 10.0.0.* or "tcp-flags": 18) and not __tag__:device: "sag \"1\"" bytes >= 1.5e3`
	for n := range len(q) + 1 {
		parsed, err := Parse(q[:n])
		var e *Error
		if (err == nil) == (parsed == nil) || (err != nil && (!errors.As(err, &e) || e.At > n || e.Reason == "")) {
			t.Errorf("%q: %v, %v", q[:n], parsed, err)
		}
	}
}

// TestPrecedence compares a drawn query with the same one in full parentheses.
func TestPrecedence(t *testing.T) {
	terms := []string{"80", "81", "srcport: 80", "bytes > 3", "bytes < 3"}
	rapid.Check(t, func(t *rapid.T) {
		var flat, full strings.Builder
		for i := range rapid.IntRange(1, 4).Draw(t, "alternatives") {
			if i > 0 {
				flat.WriteString(" or ")
				full.WriteString(" or ")
			}
			full.WriteString("(")
			for k := range rapid.IntRange(1, 4).Draw(t, "conditions") {
				join := rapid.SampledFrom([]string{" and ", " "}).Draw(t, "join")
				if k == 0 {
					join = ""
				}
				not := rapid.SampledFrom([]string{"", "not "}).Draw(t, "not")
				term := rapid.SampledFrom(terms).Draw(t, "term")
				flat.WriteString(join + not + term)
				if k > 0 {
					full.WriteString(" and ")
				}
				full.WriteString("(" + not + "(" + term + "))")
			}
			full.WriteString(")")
		}
		a, err := Parse(flat.String())
		if err != nil {
			t.Fatalf("%s: %v", &flat, err)
		}
		b, err := Parse(full.String())
		if err != nil {
			t.Fatalf("%s: %v", &full, err)
		}
		if a.Matches(flow()) != b.Matches(flow()) {
			t.Errorf("%s is not %s", &flat, &full)
		}
	})
}
