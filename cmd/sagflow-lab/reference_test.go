package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/testutil"
)

//go:generate go test . -run ^TestReference$ -update

// docs/lab-reference.md is what --help says.
func TestReference(t *testing.T) {
	var b strings.Builder
	b.WriteString("# sagflow-lab: all commands and flags\n\nWhat `--help` says of each. Written by `make generate`; don't edit by hand.\n")
	for _, command := range []string{
		"api", "flowlog", "flowlog create", "flowlog modify", "flowlog delete", "flowlog activate", "flowlog deactivate",
		"flowlog associate", "flowlog disassociate", "flowlog list", "flowlog show", "flowlog sags",
		"sls", "sls serve", "sls dedup",
		"fault", "fault add", "fault list", "fault clear", "fault kinds", "fault log",
	} {
		b.WriteString("\n## sagflow-lab " + command + "\n\n```\n" + helpText(t, command) + "```\n")
	}
	path := filepath.Join(testutil.Root(t), "docs", "lab-reference.md")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(committed), b.String()); d != "" {
		t.Errorf("docs/lab-reference.md is not what --help says (make generate):\n%s", d)
	}
}

// helpText is what --help says. Of the commands below one that has its own part, flags that both have
// are left to that part.
func helpText(t *testing.T, command string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), append(strings.Fields(command), "--help"), &out, &errs); code != 0 {
		t.Fatalf("%s --help: exit code %d: %s", command, code, errs.String())
	}
	text := out.String()
	inherited := "\n      --endpoint"
	if strings.HasPrefix(command, "fault ") {
		inherited = "\n      --admin"
	}
	at := strings.Index(text, "\nFlags:\n")
	if !strings.Contains(command, " ") || at < 0 {
		return text
	}
	// Blank lines part the groups of flags: the program's, the command's above, its own.
	groups := strings.Split(text[at+len("\nFlags:\n"):], "\n\n")
	var own []string
	for i, group := range groups {
		if i > 0 && !strings.HasPrefix("\n"+group, inherited) {
			own = append(own, group)
		}
	}
	if len(own) == 0 {
		return text[:at]
	}
	return text[:at] + "\nFlags:\n" + strings.TrimSuffix(strings.Join(own, "\n\n"), "\n") + "\n"
}
