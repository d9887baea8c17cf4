package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// The commands of docs/lab-api.md work as they are printed: only the ports are others.
func TestFiveCommands(t *testing.T) {
	testutil.Programs(t, "bash")
	root, bin := testutil.Root(t), t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(bin, "bin")+"/", "./cmd/...")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	if err := os.Symlink(filepath.Join(root, "testdata"), filepath.Join(bin, "testdata")); err != nil {
		t.Fatal(err)
	}
	setup, commands := printedCommands(t, root)
	ports := strings.NewReplacer("8180", freePort(t), "8181", freePort(t), "9995", freePort(t), "9996", freePort(t)).Replace
	if len(commands) != 5 {
		t.Fatalf("%d commands, not five", len(commands))
	}
	// A person waits until a program is there, and looks again where a change takes a moment.
	script := `until_ok() { for i in $(seq 400); do "$@" >/dev/null 2>&1 && return; sleep 0.05; done; echo "never: $*"; exit 1; }
in_force() { sagflow status -c agent.yaml | grep "$1" | grep -q 'in force'; }
trap 'kill $(jobs -p); wait' EXIT
set -e
` + setup + `
until_ok sagflow-lab flowlog list
` + strings.Join(commands[:3], "\n") + `
until_ok in_force 'V9 127.0.0.1:9995'
` + commands[3] + `
until_ok in_force 'V10 127.0.0.1:9996'
` + commands[4] + `
until_ok test -s second.jsonl
sort first.jsonl second.jsonl | uniq -d | sed 's/^/twice: /'
`
	run := exec.CommandContext(t.Context(), "bash", "-c", ports(script))
	run.Dir = bin
	run.Env = environmentWithout("ALIBABA_CLOUD_", "SAGFLOW_")
	run.Env = append(run.Env, "SAGFLOW_LAB_ENDPOINT="+ports("http://127.0.0.1:8180"))
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"associated fl-", "modified fl-", "V9 127.0.0.1:9995 → V10 127.0.0.1:9996", "health      good"} {
		if !bytes.Contains(out, []byte(ports(want))) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	if bytes.Contains(out, []byte("twice: ")) {
		t.Errorf("records came to both collectors:\n%s", out)
	}
}

// printedCommands returns the page's two blocks of commands: what makes the lab, and the five, one a line.
func printedCommands(t *testing.T, root string) (setup string, five []string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, "docs", "lab-api.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 2 {
		t.Fatalf("docs/lab-api.md has %d blocks of commands, not two", len(blocks))
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range blocks {
		if !strings.Contains(string(readme), block[0]) {
			t.Errorf("README.md has other commands than docs/lab-api.md:\n%s", block[1])
		}
	}
	return blocks[0][1], strings.Split(strings.TrimSpace(blocks[1][1]), "\n")
}

// environmentWithout is the process's, without variables of these prefixes.
func environmentWithout(prefixes ...string) []string {
	var kept []string
	for _, v := range os.Environ() {
		drop := false
		for _, p := range prefixes {
			drop = drop || strings.HasPrefix(v, p)
		}
		if !drop {
			kept = append(kept, v)
		}
	}
	return kept
}
