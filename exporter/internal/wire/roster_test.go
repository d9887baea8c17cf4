package wire

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/exporter"
)

func TestAppendName(t *testing.T) {
	for name, want := range map[string]string{
		"":                 "",
		"lo":               "lo",
		"fifteen-octets!":  "fifteen-octets!",
		"sixteen-octets-!": "sixteen-octets-",
		"fourteen-oct..ä":  "fourteen-oct..", // ä has no room for its second octet
		"thirteen-oct.ä":   "thirteen-oct.ä",
		"a\xffb":           "a\uFFFDb",
		"äöüäöüäöü":        "äöüäöüä",
	} {
		got := string(AppendName([]byte("kept"), name))
		if padded := "kept" + want + strings.Repeat("\x00", NameLength-len(want)); got != padded {
			t.Errorf("%q: %q, want %q", name, got, padded)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := string(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "name"))
		if got := AppendName(nil, name); len(got) != NameLength || got[NameLength-1] != 0 || !utf8.Valid(got) {
			t.Fatalf("%q: %q", name, got)
		}
	})
}

// TestRoster asks with each round and once a second; all are due with a round and when they changed.
func TestRoster(t *testing.T) {
	one := []exporter.Interface{{Index: 1, Name: "lo"}}
	two := []exporter.Interface{{Index: 1, Name: "lo"}, {Index: 2, Name: "eth0"}}
	renamed := []exporter.Interface{{Index: 1, Name: "lo"}, {Index: 2, Name: "wan"}}
	var r Roster
	for _, step := range []struct {
		at    time.Duration
		round uint32
		all   []exporter.Interface
		asked bool
		due   []exporter.Interface
		sent  int
	}{
		{0, 1, one, true, one, 0},
		{500 * time.Millisecond, 1, two, false, one, 1},
		{time.Second, 1, two, true, two, 1},
		{1500 * time.Millisecond, 1, renamed, false, two[1:], 1},
		{1600 * time.Millisecond, 2, renamed, true, renamed, 2},
		{2600 * time.Millisecond, 2, two, true, two, 2},
		{3600 * time.Millisecond, 2, two, true, nil, 0},
		{3700 * time.Millisecond, 3, two, true, two, 1},
		{4700 * time.Millisecond, 3, nil, true, nil, 0},
		{4600 * time.Millisecond, 3, one, true, one, 1}, // a wall clock that went back
	} {
		asked := false
		r.Follow(func() []exporter.Interface { asked = true; return step.all }, time.Unix(0, 0).Add(step.at), step.round)
		due := append([]exporter.Interface(nil), r.Due()...)
		if diff := cmp.Diff(step.due, due); diff != "" || asked != step.asked || r.Busy() != (len(due) > 0) {
			t.Errorf("%v: asked: %v, busy: %v, due (-want +got):\n%s", step.at, asked, r.Busy(), diff)
		}
		r.Sent(step.sent)
	}
	if r.Follow(nil, time.Unix(9, 0), 9); r.Busy() {
		t.Error("nobody was asked, and something is due")
	}
}
