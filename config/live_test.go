package config

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDirectionOf(t *testing.T) {
	l := LiveSettings{Direction: "in", Directions: []InterfaceDirection{
		{"wan1", "out"}, {"wan*", "both"}, {"eth?", "out"}, {"a*b*c", "both"}, {"?ü", "out"},
	}}
	for name, want := range map[string]string{
		"wan1": "out", "wan": "both", "wan10": "both", "wan2": "both", "swan": "in",
		"eth0": "out", "eth": "in", "eth10": "in", "ETH0": "in",
		"abc": "both", "axxbxxc": "both", "abcd": "in", "acb": "in", "abbcbc": "both",
		"üü": "out", "aü": "out", "ü": "in", "": "in",
	} {
		if got := l.DirectionOf(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
	l = LiveSettings{Direction: "both", Directions: []InterfaceDirection{{"?*", "out"}}}
	if got := l.DirectionOf("x") + l.DirectionOf(""); got != "outboth" {
		t.Error(got)
	}
}

// Patterns mean what the regular expressions do that say the same.
func TestPatternsAgainstRegexp(t *testing.T) {
	matched, missed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[abé*?]{1,8}`).Draw(t, "pattern")
		name := rapid.StringMatching(`[abé]{0,8}`).Draw(t, "name")
		want := regexp.MustCompile("^" + strings.NewReplacer("*", ".*", "?", ".").Replace(pattern) + "$").MatchString(name)
		if got := matches([]rune(pattern), []rune(name)); got != want {
			t.Fatalf("%q and %q: %v", pattern, name, got)
		}
		if want {
			matched++
		} else {
			missed++
		}
	})
	if matched == 0 || missed == 0 {
		t.Errorf("%d matched, %d didn't", matched, missed)
	}
}

func TestPatternsAreCheap(t *testing.T) {
	begin := time.Now()
	if matches([]rune("*a*a*a*a*a*a*a*"), []rune(strings.Repeat("a", 14)+"b")) != true || matches([]rune("*a*a*a*a*a*a*ab"), []rune(strings.Repeat("a", 15))) {
		t.Error("wrong")
	}
	if took := time.Since(begin); took > time.Second {
		t.Errorf("took %v", took)
	}
}

// What a program knows of a value is said as this package's own faults are, with the place.
func TestValueChecks(t *testing.T) {
	var seen []string
	checks := []ValueCheck{
		{"filter", func(v string) error { seen = append(seen, v); return errors.New("no such primitive") }},
		{"filter.match", func(v string) error { seen = append(seen, v); return nil }},
		{"interfaces", func(v string) error { seen = append(seen, v); return nil }},
	}
	for _, c := range []struct{ name, text, want string }{
		{"wrong", literal + "filter: \"tcp prot 80\"\n", `agent.yaml:3:9: filter: "tcp prot 80": no such primitive; want a filter in tcpdump's language`},
		{"wrong lines", literal + "filter: |\n  1\n  7 0 0 0\n", `agent.yaml:3:9: filter: "1\n7 0 0 0\n": no such primitive`},
		{"right", literal + "filter: {match: tcp}\ninterfaces: [a, b]\n", ""},
		{"not a value at all", literal + "filter: [a]\n", "this is a list"},
		{"not looked at after a fault of this package", literal + "filter: ' '\n", "the filter is empty"},
		{"none", literal, ""},
	} {
		path := file(t, c.text)
		_, err := Load(path, environ(), checks...)
		_, checkErr := Check(path, CheckOptions{Env: environ(), Values: checks})
		for _, err := range []error{err, checkErr} {
			if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || strings.Count(err.Error(), "\n") > 0) {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
		}
	}
	if got, want := strings.Join(seen, " "), strings.Join([]string{"tcp prot 80", "tcp prot 80", "1\n7 0 0 0\n", "1\n7 0 0 0\n", "tcp", "a", "b", "tcp", "a", "b"}, " "); got != want {
		t.Errorf("looked at %q", got)
	}
}

// Without no_new_privs neither Landlock nor seccomp can be had.
func TestHardeningThatTheKernelRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"hardening: {no-new-privs: false}":                                  "landlock and seccomp can't be had without it; want true, or also landlock: false, seccomp: false",
		"hardening: {no-new-privs: false, seccomp: false}":                  "landlock can't be had without it; want true, or also landlock: false",
		"hardening: {landlock: false, no-new-privs: false}":                 "seccomp can't be had without it; want true, or also seccomp: false",
		"hardening: {no-new-privs: false, seccomp: false, landlock: false}": "",
		"hardening: {seccomp: false, landlock: false}":                      "",
		"hardening: {no-new-privs: true}":                                   "",
		"hardening: {landlock: x, seccomp: false, no-new-privs: false}":     "hardening.landlock",
	} {
		_, err := Decode("f", []byte(gateway+text+"\n"))
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || strings.Count(err.Error(), "\n") > 0) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// A relative path is too long together with the folder of the file.
func TestSocketInALongFolder(t *testing.T) {
	_, err := Decode("/"+strings.Repeat("a", 103)+"/f", []byte(gateway+"pprof-socket: p.s\n"))
	if err == nil || !strings.Contains(err.Error(), "pprof-socket") || !strings.Contains(err.Error(), "108 octets are too long for a unix socket; want a path of at most 107") {
		t.Errorf("%v", err)
	}
	if _, err := Decode("/"+strings.Repeat("a", 103)+"/f", []byte(gateway+"pprof-socket: p.\n")); err != nil {
		t.Error(err)
	}
}

func TestSizeText(t *testing.T) {
	for n, want := range map[int64]string{
		1: "1 octets", 1 << 10: "1KiB", 3 << 20: "3MiB", 1 << 30: "1GiB", 1<<30 + 1<<20: "1025MiB", 1 << 40: "1024GiB", 1<<20 + 1: "1048577 octets",
	} {
		if got := SizeText(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
