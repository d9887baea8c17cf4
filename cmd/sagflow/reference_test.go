package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/testutil"
)

//go:generate go test . -run ^TestReference$ -update

var update = flag.Bool("update", false, "write docs/reference.md anew")

// docs/reference.md is what --help says.
func TestReference(t *testing.T) {
	var b strings.Builder
	b.WriteString("# All flags\n\nWhat `--help` says of each command. Written by `make generate`; don't edit by hand.\n")
	for _, command := range []string{
		"run", "replay", "collect", "check", "status",
		"spool", "spool list", "spool show", "spool export", "spool retry", "spool drop",
	} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), t.Context(), append(strings.Fields(command), "--help"), nil, &out, &errs); code != 0 {
			t.Fatalf("%s --help: exit code %d: %s", command, code, errs.String())
		}
		b.WriteString("\n## sagflow " + command + "\n\n```\n" + out.String() + "```\n")
	}
	path := filepath.Join(testutil.Root(t), "docs", "reference.md")
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
		t.Errorf("docs/reference.md is not what --help says (make generate):\n%s", d)
	}
}
