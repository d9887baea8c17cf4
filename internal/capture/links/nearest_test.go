package links

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	here := []string{"lo", "eth0", "eth1", "enp3s0", "wlan0", "docker0", "br-4f0c1d2e3a4b", "DMZ-2"}
	for name, want := range map[string]string{
		"eht0":             "eth0",
		"eth2":             "eth0",
		"eth00":            "eth0",
		"th1":              "eth1",
		"Eth1":             "eth1",
		"ETH0":             "eth0",
		"dmz2":             "DMZ-2",
		"enp0s3":           "enp3s0",
		"wlan":             "wlan0",
		"wan0":             "wlan0",
		"doker1":           "docker0",
		"l":                "lo",
		"io":               "lo",
		"ppp0":             "",
		"foo":              "",
		"en0":              "",
		"":                 "",
		"wwan0-long-names": "",
	} {
		if got := nearest(name, here); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := nearest(strings.Repeat("eth0", 1000), here); got != "" {
		t.Errorf("of a very long name: %q", got)
	}
	if got := nearest("eth0", nil); got != "" {
		t.Errorf("of none: %q", got)
	}
}

// TestDistance compares with the definition: the least number of changes of one letter, or of two
// neighbours' places (no part changed twice).
func TestDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching("[ab0]{0,6}")
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		if got, want := distance(a, b), defined(a, b); got != want {
			t.Errorf("%q to %q: %d, want %d", a, b, got, want)
		}
	})
}

func defined(a, b string) int {
	if a == "" || b == "" {
		return len(a) + len(b)
	}
	if a[0] == b[0] {
		return defined(a[1:], b[1:])
	}
	least := 1 + min(defined(a[1:], b), defined(a, b[1:]), defined(a[1:], b[1:]))
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		least = min(least, 1+defined(a[2:], b[2:]))
	}
	return least
}

func TestMissingError(t *testing.T) {
	for _, test := range []struct {
		names, present []string
		want           string
	}{
		{[]string{"lo"}, []string{"lo"}, ""},
		{[]string{"eht0"}, []string{"lo", "eth0"}, `interface "eht0" does not exist, "eth0" does; there are: lo, eth0`},
		{[]string{"wan"}, []string{"lo"}, `interface "wan" does not exist; there are: lo`},
		{[]string{"wan"}, nil, `interface "wan" does not exist; there is none`},
		{
			[]string{"eth0", "wan", "lan"},
			[]string{"eth0"},
			"interface \"wan\" does not exist; there are: eth0\ninterface \"lan\" does not exist; there are: eth0",
		},
	} {
		err := missing(test.names, test.present)
		if got := fmt.Sprint(err); (err == nil) != (test.want == "") || (err != nil && got != test.want) {
			t.Errorf("%v of %v: %s\nwant %s", test.names, test.present, got, test.want)
		}
	}
	many := make([]string, 22)
	for i := range many {
		many[i] = fmt.Sprint("veth", i)
	}
	err := missing([]string{"wan"}, many)
	var e *MissingError
	if !errors.As(err, &e) || len(e.Present) != 22 || !strings.HasSuffix(err.Error(), "veth18, veth19 and 2 more") {
		t.Errorf("%v", err)
	}
}
