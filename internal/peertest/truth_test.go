package peertest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// mode is a way to make records of packets, for sagflow and for the oracle.
type mode struct {
	name   string
	suffix string // of the truth in testdata
	flags  []string
	oracle []string
}

var (
	whole = mode{
		"whole", ".truth.tsv",
		[]string{"--active-aging", "0", "--inactive-aging", "0"},
		[]string{"--frag", "zero"},
	}
	firstFragment = mode{
		"first-fragment", ".first.truth.tsv",
		[]string{"--active-aging", "0", "--inactive-aging", "0", "--fragments", "first"},
		[]string{"--frag", "first"},
	}
	aged = mode{
		"aged", ".aging.truth.tsv",
		[]string{"--active-aging", "60", "--inactive-aging", "15"},
		[]string{"--active", "60", "--inactive", "15"},
	}
)

// replay replays a file in this mode.
func (m mode) replay(t *testing.T, path string, more ...string) replayed {
	t.Helper()
	return replay(t, append(append(append([]string{}, m.flags...), more...), path)...)
}

// backwards is the oracle's note on a capture whose times run backwards.
const backwards = "packets older than the one before"

// Every capture of testdata, in every mode, is what its truth says; this needs nothing else.
func TestTestdata(t *testing.T) {
	for _, path := range testutil.Captures(t, testutil.Testdata(t, "")) {
		for _, m := range []mode{whole, firstFragment, aged} {
			t.Run(filepath.Base(path)+"/"+m.name, func(t *testing.T) {
				t.Parallel()
				want, got := committedTruth(t, path, m), m.replay(t, path)
				got.check(t, want)
				got.checkExit(t, filepath.Base(path), len(want.FileErrors) > 0)
			})
		}
	}
}

// committedTruth is a truth of testdata. A mode that says nothing else than whole has no file of
// its own.
func committedTruth(t *testing.T, path string, m mode) testutil.Truth {
	t.Helper()
	name := path + m.suffix
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		name = path + whole.suffix
		text, err = os.ReadFile(name)
	}
	if err != nil {
		t.Fatal(err)
	}
	truth, err := testutil.ParseTruth(text)
	if err != nil {
		t.Fatalf("read %q: %v", name, err)
	}
	return truth
}

// Every shared capture is, in both fragment modes, what the oracle says.
func TestSharedFlows(t *testing.T) {
	for _, path := range sharedCaptures(t) {
		for _, m := range []mode{whole, firstFragment} {
			t.Run(filepath.Base(path)+"/"+m.name, func(t *testing.T) {
				t.Parallel()
				want := testutil.Oracle(t, append(m.oracle, path)...)
				got := m.replay(t, path)
				got.check(t, want)
				got.checkExit(t, filepath.Base(path), len(want.FileErrors) > 0 || unknownLink(want))
			})
		}
	}
}

// checkExit compares the exit code with what is wrong with the file. The error names it.
func (r replayed) checkExit(t *testing.T, name string, damaged bool) {
	t.Helper()
	if !damaged {
		if r.code != 0 || len(r.summary.Errors) > 0 || r.stderr != "" {
			t.Errorf("exit code %d, errors %q, stderr %q; want a clean end", r.code, r.summary.Errors, r.stderr)
		}
		return
	}
	if r.code != 1 || len(r.summary.Errors) != 1 || !strings.Contains(r.stderr, name) {
		t.Errorf("exit code %d, errors %q, stderr %q; want code 1 and an error that names %s", r.code, r.summary.Errors, r.stderr, name)
	}
}

// unknownLink says that no frame's link type is known: an error for sagflow, not for the oracle.
func unknownLink(t testutil.Truth) bool {
	var n uint64
	for name, count := range t.NonIP {
		if strings.HasPrefix(name, "link type ") {
			n += count
		}
	}
	return n > 0 && n == t.Totals.Frames
}

// Where the times never run backwards, the records under aging are the oracle's, one by one, with any
// number of workers; everywhere, any number of workers writes the same lines.
func TestSharedRecords(t *testing.T) {
	for _, path := range sharedCaptures(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			want := testutil.Oracle(t, append(aged.oracle, path)...)
			one := aged.replay(t, path, "--workers", "1", "--max-flows", "0")
			if want.Notes[backwards] == 0 {
				one.check(t, want)
			}
			for _, workers := range []string{"2", "7"} {
				more := aged.replay(t, path, "--workers", workers, "--max-flows", "0")
				if more.sortedLines() != one.sortedLines() {
					t.Errorf("%s workers write other lines than one", workers)
				}
				if want.Notes[backwards] == 0 {
					more.check(t, want)
				}
			}
		})
	}
}

// Fragments of a datagram meet in one shard, whatever the number of workers.
func TestSharedWorkersFirstFragment(t *testing.T) {
	for _, path := range sharedCaptures(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			one := firstFragment.replay(t, path, "--workers", "1", "--max-flows", "0")
			for _, workers := range []string{"2", "7"} {
				if firstFragment.replay(t, path, "--workers", workers, "--max-flows", "0").sortedLines() != one.sortedLines() {
					t.Errorf("%s workers write other lines than one", workers)
				}
			}
		})
	}
}
