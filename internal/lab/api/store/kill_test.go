package store

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// childEnv names the store that a child process of the test writes to.
const childEnv = "SAGFLOW_TEST_STORE_WRITER"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		fmt.Fprintln(os.Stderr, writeForEver(path, os.Stdout))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeForEver makes, changes, binds and deletes FlowLogs, and prints the number of each update once that has
// returned. What the n-th update does depends on n alone.
func writeForEver(path string, acknowledged io.Writer) error {
	s, err := Open(path)
	if err != nil {
		return err
	}
	for n := int(s.State().last); ; n++ {
		if err := s.Update(func(tx *Tx) error { return step(tx, n) }); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(acknowledged, n); err != nil {
			return err
		}
	}
}

// window is how many FlowLogs the writer keeps.
const window = 25

// step makes FlowLog n, binds a gateway to it, and deletes the one that leaves the window.
func step(tx *Tx, n int) error {
	if err := tx.Create(sample(n)); err != nil {
		return err
	}
	tx.Bind(fmt.Sprintf("sag-%d", n%7), sample(n).FlowLogId)
	if n >= window {
		tx.Delete(sample(n - window).FlowLogId)
	}
	return nil
}

// TestKill kills a writer again and again, at any moment: also while it makes the store, and each third time not
// before it has made an update, however slow the machine is.
func TestKill(t *testing.T) {
	const rounds = 15
	path := filepath.Join(t.TempDir(), "store.db")
	total := 0
	for round := range rounds {
		acknowledged := killed(t, path, time.Duration(rand.Int64N(int64(60*time.Millisecond))), round%3 == 1)
		if acknowledged == 0 {
			if _, err := os.Stat(path); os.IsNotExist(err) {
				continue
			}
		}
		s := mustOpen(t, path)
		checkSteps(t, s.State(), max(acknowledged, total))
		total = int(s.State().last)
		must(t, s.Close())
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
	t.Logf("%d updates over %d kills", total, rounds)
	if total == 0 {
		t.Error("no update was ever acknowledged")
	}
}

// killed runs a writer and kills it so long after its start, or after its first update. It returns how many updates
// there were up to the last acknowledged one.
func killed(t *testing.T, path string, after time.Duration, updated bool) int {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	child := exec.Command(self)
	child.Env = append(os.Environ(), childEnv+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	first := after
	if updated {
		first = time.Minute // in case there is none
	}
	kill := time.AfterFunc(first, func() { _ = child.Process.Kill() })
	defer kill.Stop()
	last := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		n, err := strconv.Atoi(lines.Text())
		must(t, err)
		if last = n + 1; updated {
			kill.Reset(after)
			updated = false
		}
	}
	if err := child.Wait(); child.ProcessState.ExitCode() != -1 {
		t.Fatalf("the writer ended by itself: %v", err)
	}
	return last
}

// checkSteps makes sure that the state is the one after at least so many steps, and after no part of one.
func checkSteps(t *testing.T, s *State, atLeast int) {
	t.Helper()
	done := int(s.last)
	if done < atLeast || done > atLeast+1 {
		t.Errorf("%d steps are there, %d were acknowledged", done, atLeast)
	}
	if s.Len() != min(done, window) {
		t.Errorf("%d flow logs after %d steps", s.Len(), done)
	}
	for n := max(0, done-window); n < done; n++ {
		if f, ok := s.FlowLog(sample(n).FlowLogId); !ok || f != sample(n) {
			t.Errorf("flow log %d is not there after %d steps", n, done)
		}
		if bound, _ := s.Bound(fmt.Sprintf("sag-%d", n%7)); n >= done-7 && bound != sample(n).FlowLogId {
			t.Errorf("gateway %d is bound to %q after %d steps", n%7, bound, done)
		}
	}
}
