package query

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func log(pairs ...string) Fields {
	return func(yield func(string, string) bool) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if !yield(pairs[i], pairs[i+1]) {
				return
			}
		}
	}
}

func flow() Fields {
	return log("srcaddr", "10.0.0.1", "dstaddr", "2001:db8::1", "srcport", "80", "bytes", "1500", "tcp-flags", "18",
		"note", "GET /index.html (cached)", "empty", "", TopicKey, "sag-flowlog", SourceKey, "sag-0nnf0a", TagKey("device"), "sag-7")
}

func TestMatches(t *testing.T) {
	for q, want := range map[string]bool{
		"": true, "*": true, "  ": true, "* and srcport: 80": true, "* not srcport: 80": false,
		"srcaddr: 10.0.0.1": true, "srcaddr:10.0.0.1": true, "srcaddr : 10.0.0.2": false, "srcaddr: 10.0.0": false, "Srcaddr: 10.0.0.1": false,
		"10.0.0.1": true, "80": true, "8": false, "10.0.0.1 80": true, "10.0.0.1 81": false,
		`dstaddr: "2001:db8::1"`: true, `"2001:db8::1"`: true, `"db8:2001"`: false, `dstaddr: db8`: true,
		`"2001:db8"`: true, `"get /index.html"`: true, `note: cached`: true, `note: get`: true, `note: "index.html get"`: false,
		"srcport: 80 and bytes: 1500": true, "srcport: 80 and bytes: 1": false, "srcport: 81 or bytes: 1500": true,
		"srcport: 81 or bytes: 1": false, "not srcport: 81": true, "not srcport: 80": false, "not not srcport: 80": true,
		"srcport: 80 not bytes: 1": true, "srcport: 80 not bytes: 1500": false, "srcport: 80 AND NOT bytes: 1": true,
		// and binds more than or, not more than and.
		"srcport: 80 or srcport: 80 and bytes: 1":   true,
		"(srcport: 80 or srcport: 80) and bytes: 1": false,
		"not srcport: 81 and bytes: 1500":           true,
		"not (srcport: 80 and bytes: 1500)":         false,
		"((80))":                                    true,
		"srcaddr: 10.*":                             true, "srcaddr: 10.*.2": false, "srcaddr: *.0.1": true, "10.?.0.1": true, "10.?0.1": false, `"10.*"`: false,
		"srcaddr: *": true, "nothing: *": false, "empty: *": true, `empty: ""`: false, `""`: false, `"and"`: false, "*.html": true,
		"bytes > 1499": true, "bytes>1500": false, "bytes >= 1500": true, "bytes < 1500": false, "bytes <= 1500": true, "bytes = 1500.0": true, "bytes=1": false,
		"note > 1": false, "nothing > 1": false, "bytes > -1": true, "bytes >= 1.5e3": true,
		"tcp-flags: 18": true, `"tcp-flags": 18`: true, "__topic__: sag-flowlog": true, "__source__: sag-0nnf0a": true,
		"__tag__:device: sag-7": true, "__tag__: device: sag-8": false, `"__tag__:device": sag-7`: true, "sag-7": true, "__tag__:device:*": true,
		"SAG-FLOWLOG": true, "note: GET": true,
	} {
		t.Run(q, func(t *testing.T) {
			parsed, err := Parse(q)
			if err != nil {
				t.Fatal(err)
			}
			if got := parsed.Matches(flow()); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for q, want := range map[string]string{
		"and":                       `byte 0: "and" is not expected`,
		"a and":                     "byte 5: the end is not expected",
		"a or or b":                 `byte 5: "or"`,
		"not":                       "byte 3: the end",
		"(a":                        "byte 0: the parenthesis does not end",
		"a)":                        `byte 1: ")"`,
		"()":                        `byte 1: ")"`,
		`"a`:                        "byte 0: the quote does not end",
		"a:":                        "byte 2: the end",
		"a: and":                    `byte 3: "and"`,
		": b":                       `byte 0: ":"`,
		"a > b":                     `byte 4: "b" behind >: a number`,
		"a > ":                      "byte 4: the end behind >: a number",
		"a > nan":                   "a number",
		"a | select 1":              "SQL behind |",
		"* | select count(1)":       "SQL behind |",
		"| select 1":                "SQL behind |",
		strings.Repeat("(", 200):    "nested more than 100",
		strings.Repeat("x", 1e5):    "at most 10240",
		strings.Repeat("not ", 500): "nested more than 100",
	} {
		_, err := Parse(q)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) || e.SQL != strings.Contains(want, "SQL") {
			t.Errorf("%.40s: got %v, want %q", q, err, want)
		}
	}
}

func TestAll(t *testing.T) {
	for q, want := range map[string]bool{"": true, "*": true, "**": true, "a": false, "* or a": false, `"*"`: false} {
		parsed, err := Parse(q)
		if err != nil || parsed.All() != want {
			t.Errorf("%q: %v, %v", q, parsed.All(), err)
		}
	}
}

// TestQuoted finds any text by itself.
func TestQuoted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)
		q, err := Parse(`k: "` + escaped + `"`)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := q.Matches(log("k", text)), len(tokens(text)) > 0; got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// TestLaws holds not, and, or against each other.
func TestLaws(t *testing.T) {
	terms := []string{"80", "srcport: 81", "bytes > 3", "(a or 80)", "not x", "__topic__: *"}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SampledFrom(terms).Draw(t, "a"), rapid.SampledFrom(terms).Draw(t, "b")
		holds := func(q string) bool {
			parsed, err := Parse(q)
			if err != nil {
				t.Fatalf("%s: %v", q, err)
			}
			return parsed.Matches(flow())
		}
		if holds("not ("+a+" and "+b+")") != holds("not "+a+" or not "+b) || holds(a+" "+b) != (holds(a) && holds(b)) || holds(a+" or "+b) != (holds(a) || holds(b)) {
			t.Errorf("%q and %q break a law", a, b)
		}
	})
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true},
		{"*", "", true},
		{"?", "", false},
		{"a*b*c", "aXbYc", true},
		{"a*b*c", "aXbY", false},
		{"**a", "bba", true},
		{"a?c", "aüc", true},
		{"*a*a*a*a*a*a*a*a*b", strings.Repeat("a", 2000), false},
	} {
		if got := matches([]rune(c.pattern), []rune(c.text)); got != c.want {
			t.Errorf("%q in %.20q: %v", c.pattern, c.text, got)
		}
	}
}

// longest is how many bytes an error may have, whatever the query is.
const longest = 600

// FuzzParse reads any query, and asks it about a log.
func FuzzParse(f *testing.F) {
	f.Add(":"+strings.Repeat("\x80", 1000), "")
	f.Add("a > "+strings.Repeat("\U000e0001", 1000), "")
	for _, q := range []string{"", "* and a: b", `(a or "b\"") not c > 1.5`, "__tag__:x: y*", "a:b:c", "((", "k: ?*"} {
		f.Add(q, "some: value")
	}
	f.Fuzz(func(t *testing.T, q, value string) {
		parsed, err := Parse(q)
		var e *Error
		if err != nil && (!errors.As(err, &e) || e.At < 0 || e.At > len(q) || len(e.Error()) > longest) {
			t.Fatalf("%q: %v", q, err)
		}
		if err == nil {
			parsed.Matches(log("k", value, TopicKey, value))
		}
	})
}
