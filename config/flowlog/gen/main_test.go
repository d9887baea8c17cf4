package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/testutil"
)

// docs/flowlog.md is what the tables say.
func TestPageIsCurrent(t *testing.T) {
	out := filepath.Join(t.TempDir(), "flowlog.md")
	if err := run(out); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(testutil.Root(t), "docs", "flowlog.md"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("docs/flowlog.md is not what the tables say: run go generate ./config/flowlog (-tables +page):\n%s", d)
	}
}

func TestPageHasEveryRuleAndCode(t *testing.T) {
	p := page()
	for _, r := range flowlog.Rules() {
		for _, want := range []string{"| `" + r.Name + "`: ", r.Legal(), r.Source} {
			if !strings.Contains(p, want) {
				t.Errorf("the page lacks %q of %s", want, r.Name)
			}
		}
	}
	for _, c := range append(flowlog.Codes(), flowlog.OwnCodes()...) {
		if !strings.Contains(p, "`"+c.Code+"` | "+c.Message+" |") {
			t.Errorf("the page lacks %s", c.Code)
		}
	}
}

func TestRowsHaveTheirCells(t *testing.T) {
	for line := range strings.Lines(page()) {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		if cells := strings.Count(line, " | ") + 1; cells != 7 && cells != 4 {
			t.Errorf("%d cells in %q", cells, line)
		}
	}
}

func TestRowEscapesBars(t *testing.T) {
	var b strings.Builder
	row(&b, "a|b", "c")
	if got, want := b.String(), "| a\\|b | c |\n"; got != want {
		t.Errorf("row = %q, want %q", got, want)
	}
}

func TestUnwritablePage(t *testing.T) {
	out := filepath.Join(t.TempDir(), "none", "flowlog.md")
	if err := run(out); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("run = %v, want an error that names %s", err, out)
	}
}
