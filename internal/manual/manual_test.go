package manual

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/testutil"
)

func deployed(t *testing.T, elements ...string) string {
	t.Helper()
	return filepath.Join(append([]string{testutil.Root(t), "deploy"}, elements...)...)
}

// TestPages: a program that knows manual pages has nothing to say about them, but that they bear no date.
func TestPages(t *testing.T) {
	testutil.Programs(t, "mandoc")
	for _, page := range []string{"sagflow.1", "sagflow-lab.1", "agent.yaml.5"} {
		r := testutil.Run(t, time.Minute, "mandoc", "-Tlint", "-Wwarning", deployed(t, "man", page))
		for line := range strings.Lines(string(r.Stdout) + string(r.Stderr)) {
			if !strings.Contains(line, "missing date") {
				t.Errorf("%s: %s", page, line)
			}
		}
	}
}

func TestRoff(t *testing.T) {
	r := NewRoff("x", "1", "y")
	r.Prose("First `bold`:\n  -a\n  .b \\\n\n.starts so\n'and so")
	_, got, _ := strings.Cut(r.String(), "x \\- y\n")
	want := ".PP\nFirst \\fBbold\\fR:\n.PP\n.nf\n  \\-a\n  .b \\e\n.fi\n.PP\n\\&.starts so\n\\&'and so\n"
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// completions are what is offered for the last word of a line.
var completions = []struct {
	line string
	want []string // all of them
	some []string // these among others
	none []string // not these
}{
	{line: "sagflow ", some: []string{"run", "replay", "collect", "check", "status", "spool", "version"}, none: []string{"list"}},
	{line: "sagflow sp", want: []string{"spool"}},
	{line: "sagflow spool ", some: []string{"list", "show", "export", "retry", "drop"}, none: []string{"run", "spool"}},
	{line: "sagflow replay --netflow-version ", want: []string{"V10", "V5", "V9"}},
	{line: "sagflow run --conf", want: []string{"--config"}},
	{line: "sagflow --log-level ", want: []string{"debug", "error", "info", "warn"}},
	{line: "sagflow status --log-level ", want: []string{"debug", "error", "info", "warn"}},
	{line: "sagflow check manual", some: []string{"manual_test.go"}},
	{line: "sagflow run -c manual", some: []string{"manual_test.go"}},
}

func TestBash(t *testing.T) {
	testutil.Programs(t, "bash")
	const script = `. "$0"; read -ra COMP_WORDS <<<"$1"; [[ $1 != *\  ]] || COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _sagflow; printf '%s\n' "${COMPREPLY[@]}"`
	offers(t, func(line string) string {
		return string(testutil.MustRun(t, time.Minute, "bash", "--norc", "-c", script, deployed(t, "completion", "sagflow.bash"), line))
	})
}

func TestFish(t *testing.T) {
	testutil.Programs(t, "fish")
	t.Setenv("HOME", t.TempDir())
	offers(t, func(line string) string {
		return string(testutil.MustRun(t, time.Minute, "fish", "-c", "source $argv[1]; complete -C $argv[2]", deployed(t, "completion", "sagflow.fish"), line))
	})
}

func offers(t *testing.T, complete func(line string) string) {
	t.Helper()
	for _, c := range completions {
		var got []string
		for line := range strings.Lines(complete(c.line)) {
			if word, _, _ := strings.Cut(strings.TrimSpace(line), "\t"); word != "" {
				got = append(got, word)
			}
		}
		slices.Sort(got)
		if d := cmp.Diff(c.want, got); c.want != nil && d != "" {
			t.Errorf("%q: %s", c.line, d)
		}
		for _, word := range c.some {
			if !slices.Contains(got, word) {
				t.Errorf("%q: no %s in %q", c.line, word, got)
			}
		}
		for _, word := range c.none {
			if slices.Contains(got, word) {
				t.Errorf("%q: %s is offered", c.line, word)
			}
		}
	}
}

// TestZsh: what zsh's own functions are called with.
func TestZsh(t *testing.T) {
	testutil.Programs(t, "zsh")
	for _, c := range []struct{ words, want string }{
		{"sagflow ''", "spool:Look into what waits for Log Service, queue it again, or drop it."},
		{"sagflow spool ''", "list:List the batches"},
		{"sagflow replay --net", "'--netflow-version=[NetFlow version: "},
		{"sagflow check ''", "*:file:_files"},
	} {
		script := `words=(` + c.words + `); CURRENT=$#words; _describe() { print -rl -- $below }; _arguments() { print -rl -- "$@" }; . $1`
		out := string(testutil.MustRun(t, time.Minute, "zsh", "-f", "-c", script, "-", deployed(t, "completion", "sagflow.zsh")))
		want := strings.ReplaceAll(strings.Trim(c.want, "'"), "version: ", `version\: `)
		if !strings.Contains(out, want) {
			t.Errorf("%s: no %q in\n%s", c.words, want, out)
		}
	}
}
