package links

import (
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		patterns    string
		take, leave string
	}{
		{"eth0", "eth0", "eth1 eth00 th0 lo Eth0"},
		{"eth*", "eth eth0 eth10", "lo xeth0 en0"},
		{"en?", "en0 enx", "en en10 lo"},
		{"en[ps]*", "enp1s0 ens3", "eno1 en"},
		{"eth0 wan", "eth0 wan", "eth1"},
		{"* !docker0", "eth0 lo", "docker0"},
		{"!docker0 *", "eth0 lo", "docker0"},
		{"eth* !eth1 !eth2", "eth0 eth3", "eth1 eth2 wan"},
		{"!eth1 eth*", "eth0", "eth1"},
		{"!docker0", "eth0 wlan0 loo l", "docker0 lo"},
		{"!docker* !veth*", "eth0 vet", "docker0 docker_gwbridge veth1234 lo"},
		{"lo", "lo", "eth0"},
		{"!lo", "eth0", "lo"},
		{"!*", "", "eth0 lo"},
		{`\*`, "*", "eth0"},
	} {
		t.Run(test.patterns, func(t *testing.T) {
			p, err := ParsePatterns(strings.Fields(test.patterns))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range strings.Fields(test.take) {
				if !p.Match(name) {
					t.Errorf("%s isn't taken", name)
				}
			}
			for _, name := range strings.Fields(test.leave) {
				if p.Match(name) {
					t.Errorf("%s is taken", name)
				}
			}
		})
	}
	for _, name := range []string{"", "lo", "eth0"} {
		if (Patterns{}).Match(name) {
			t.Errorf("the zero value takes %q", name)
		}
	}
}

func TestBadPatterns(t *testing.T) {
	for _, test := range []struct {
		list []string
		want string
	}{
		{nil, "no interface: name one, or a pattern as eth*"},
		{[]string{""}, `interface "": the name is empty`},
		{[]string{"eth0", "!"}, `interface "!": the name is empty`},
		{[]string{"eth 0"}, `interface "eth 0": names of interfaces have no slash, colon or space`},
		{[]string{"a/b*"}, `interface "a/b*": names of interfaces have no slash, colon or space`},
		{[]string{"eth0:1"}, `interface "eth0:1": names of interfaces have no slash, colon or space`},
		{[]string{"eth[0"}, `interface "eth[0": syntax error in pattern: a [ without its ], or a \ at the end`},
		{[]string{`!eth\`}, `interface "!eth\\": syntax error in pattern: a [ without its ], or a \ at the end`},
		{[]string{"enx001122334455a"}, `interface "enx001122334455a": names of interfaces have at most 15 octets, this one has 16`},
		{[]string{"eth0", "!eth*"}, `interface "eth0": "!eth*" excludes it`},
		{[]string{"!eth0", "wan", "eth0"}, `interface "eth0": "!eth0" excludes it`},
	} {
		_, err := ParsePatterns(test.list)
		if err == nil || err.Error() != test.want {
			t.Errorf("%q: %v\nwant %s", test.list, err, test.want)
		}
	}
	for _, list := range [][]string{{"enx001122334455"}, {"*001122334455667788"}, {"eth*", "!eth*"}} {
		if _, err := ParsePatterns(list); err != nil {
			t.Errorf("%q: %v", list, err)
		}
	}
}

func TestLiterals(t *testing.T) {
	for list, want := range map[string][]string{
		"wan eth* eth0 wan": {"wan", "eth0"},
		"en? [ab] *":        nil,
		"!docker0":          nil,
		"!docker0 wan":      {"wan"},
	} {
		p, err := ParsePatterns(strings.Fields(list))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, p.Literals()); diff != "" {
			t.Errorf("%s: -want +got\n%s", list, diff)
		}
	}
}

// FuzzParsePatterns checks whatever parses against the rule as it is written, and that its text
// parses again to the same.
func FuzzParsePatterns(f *testing.F) {
	for _, list := range []string{"eth0", "eth* !eth1", "!docker0 !veth*", "en[a-c]?", `\*`, "!!x", "[^a]", "a[]"} {
		f.Add(list, "eth0")
		f.Add(list, "lo")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		list := strings.Split(text, " ")
		p, err := ParsePatterns(list)
		if err != nil {
			return
		}
		if got, want := p.Match(name), rule(list, name); got != want {
			t.Errorf("%q takes %q: %v, want %v", list, name, got, want)
		}
		for _, literal := range p.Literals() {
			if !p.Match(literal) {
				t.Errorf("%q doesn't take its own %q", list, literal)
			}
		}
		again, err := ParsePatterns(strings.Split(p.String(), " "))
		if err != nil || !cmp.Equal(p, again, cmp.AllowUnexported(Patterns{})) {
			t.Errorf("%q is written %q: %v", list, p, err)
		}
	})
}

// rule is the rule of ParsePatterns' description.
func rule(list []string, name string) bool {
	positive, taken := 0, 0
	for _, pattern := range list {
		if rest, ok := strings.CutPrefix(pattern, "!"); ok {
			if ok, _ := path.Match(rest, name); ok {
				return false
			}
			continue
		}
		positive++
		if ok, _ := path.Match(pattern, name); ok {
			taken++
		}
	}
	return taken > 0 || positive == 0 && name != "lo"
}
