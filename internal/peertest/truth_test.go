package peertest

import (
	"os"
	"path/filepath"
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
				m.replay(t, path).check(t, committedTruth(t, path, m))
			})
		}
	}
}

// committedTruth is a truth of testdata. A mode that says nothing else than whole has no file of
// its own, and a capture that can't be read at all has none.
func committedTruth(t *testing.T, path string, m mode) testutil.Truth {
	t.Helper()
	for _, suffix := range []string{m.suffix, whole.suffix} {
		text, err := os.ReadFile(path + suffix)
		if err != nil {
			continue
		}
		truth, err := testutil.ParseTruth(text)
		if err != nil {
			t.Fatalf("read %q: %v", path+suffix, err)
		}
		return truth
	}
	return testutil.Truth{}
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
				checkExit(t, got, len(want.FileErrors) > 0)
			})
		}
	}
}

// checkExit compares the exit code with what is wrong with the files.
func checkExit(t *testing.T, got replayed, damaged bool) {
	t.Helper()
	want := 0
	if damaged {
		want = 1
	}
	if got.code != want || (len(got.summary.Errors) > 0) != damaged || (got.stderr != "") != damaged {
		t.Errorf("exit code %d, want %d; errors %q; stderr:\n%s", got.code, want, got.summary.Errors, got.stderr)
	}
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
