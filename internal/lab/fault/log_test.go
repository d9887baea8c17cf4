package fault

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLogIsBounded(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	p := New(Options{Now: func() time.Time { return now }})
	add(t, p, Rule{Kind: Null})
	for i := range maxLines + 10 {
		p.Take(fmt.Sprint("action", i), nothing)
	}
	i := p.Take("last", nothing)[0]
	p.Note(i, "said")
	p.Note(Injection{Sequence: 1}, "forgotten long ago")
	got := p.Log()
	if len(got.Injected) != maxLines || got.Forgotten != 11 || got.Faults[Null] != maxLines+11 || len(got.Calls) > maxActions+1 {
		t.Errorf("%d lines, %d forgotten, %d faults, %d actions", len(got.Injected), got.Forgotten, got.Faults[Null], len(got.Calls))
	}
	want := Line{Sequence: maxLines + 11, Time: now, Action: "last", Rule: "1", Kind: Null, Note: "said"}
	if diff := cmp.Diff(want, got.Injected[maxLines-1]); diff != "" {
		t.Error(diff)
	}
	p.ResetLog()
	if got := p.Log(); len(got.Injected)+len(got.Calls)+len(got.Faults) != 0 || got.Forgotten != 0 {
		t.Errorf("%+v", got)
	}
	if i := p.Take("A", nothing)[0]; i.Sequence != maxLines+12 {
		t.Errorf("sequence %d starts anew", i.Sequence)
	}
}

func TestUnknownActionsAreNotNamed(t *testing.T) {
	p := New(Options{Actions: []string{"A"}})
	add(t, p, Rule{Kind: Null})
	p.Take("A", nothing)
	p.Take("made up", nothing)
	if diff := cmp.Diff(map[string]uint64{"A": 1, "(unknown)": 1}, p.Log().Calls); diff != "" {
		t.Error(diff)
	}
}
