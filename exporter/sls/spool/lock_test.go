package spool

import (
	"bufio"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// childEnv makes the test binary do a session's work on the directory that it names.
const childEnv = "SPOOL_TEST_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		child(dir)
	}
	os.Exit(m.Run())
}

// child appends, settles and sets aside until it is killed. It writes a line before and after each
// call: what its reader knows outlives it.
func child(dir string) {
	from, _ := strconv.ParseUint(os.Getenv(childEnv+"_FROM"), 10, 64)
	o := options(dir)
	o.MaxBytes, o.SyncInterval, o.Now = 128<<10, 5*time.Millisecond, time.Now
	s, err := Open(o)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	r := rand.New(rand.NewPCG(from, 11))
	fmt.Println("opened 0")
	for n := from; ; n++ {
		fmt.Println("appending", n)
		b := batch(shanghai, n, 100+r.IntN(4000))
		b.Created = time.Time{}
		if _, err := s.Append(b); err != nil {
			fmt.Println("error", err)
		}
		fmt.Println("accepted", n)
		e, _ := s.Next(shanghai, 0)
		item, err := s.Read(e.ID)
		switch {
		case err != nil:
			fmt.Println("error", err)
		case r.IntN(10) < 5:
			fmt.Println("settling", item.Number)
			_ = s.Done(e.ID)
			fmt.Println("settled", item.Number)
		case r.IntN(10) < 2:
			_ = s.SetAside(e.ID, "refused")
		case r.IntN(10) < 3 && len(s.Aside()) > 0:
			_, _ = s.Release(s.Aside()[0].ID)
		}
	}
}

// ledger is what is known outside of the processes that were killed.
type ledger struct {
	last                                   uint64
	appending, accepted, settling, settled map[uint64]bool
}

// run starts a child and kills it after so many lines.
func (l *ledger) run(t *testing.T, dir string, lines int) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+dir, fmt.Sprintf("%s_FROM=%d", childEnv, l.last+1))
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	read := bufio.NewScanner(out)
	for n := 0; read.Scan(); n++ {
		l.note(t, read.Text())
		if n == lines {
			must(t, cmd.Process.Kill())
		}
	}
	_ = cmd.Wait()
}

func (l *ledger) note(t *testing.T, line string) {
	what, rest, _ := strings.Cut(line, " ")
	n, err := strconv.ParseUint(rest, 10, 64)
	if err != nil {
		return // an error, or a line that was cut
	}
	switch what {
	case "appending":
		l.last = n
		l.appending[n] = true
	case "accepted":
		l.accepted[n] = true
	case "settling":
		l.settling[n] = true
	case "settled":
		l.settled[n] = true
	}
	if what == "error" {
		t.Error(line)
	}
}

// TestKill kills a process again and again, and then compares what is on disk with what it had said.
func TestKill(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	l := &ledger{
		appending: make(map[uint64]bool), accepted: make(map[uint64]bool),
		settling: make(map[uint64]bool), settled: make(map[uint64]bool),
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 25 {
		l.run(t, dir, r.IntN(300))
		o := options(dir)
		o.MaxBytes = 128 << 10
		s := mustOpen(t, o)
		l.check(t, s)
		must(t, s.Close())
		if t.Failed() {
			return
		}
	}
	if len(l.accepted) < 500 {
		t.Errorf("only %d batches were accepted", len(l.accepted))
	}
}

// check: nothing accepted is lost, nothing is invented, nothing is there twice, and what is missing
// is exactly what is counted as dropped.
func (l *ledger) check(t *testing.T, s *Spool) {
	have := make(map[uint64]bool)
	for _, e := range append(s.Queued(), s.Aside()...) {
		item, err := s.Read(e.ID)
		must(t, err)
		if have[item.Number] || item.Number > l.last || l.settled[item.Number] {
			t.Errorf("batch %d is there (twice: %v), accepted %v, settled %v", item.Number,
				have[item.Number], l.accepted[item.Number], l.settled[item.Number])
		}
		have[item.Number] = true
	}
	// A batch that was being written, or settled, when the process died may be on either side.
	least, most := Count{}, Count{}
	for _, n := range slices.Sorted(maps.Keys(l.appending)) {
		if !have[n] && !l.settled[n] {
			most = most.Plus(sumOf(batch(shanghai, n, 0)))
			if l.accepted[n] && !l.settling[n] {
				least = least.Plus(sumOf(batch(shanghai, n, 0)))
			}
		}
	}
	st := s.Stats()
	if dropped := st.Lifetime.Dropped.Full; dropped.Batches < least.Batches || dropped.Batches > most.Batches {
		t.Errorf("%v to %v are missing, %v are counted as dropped", least, most, dropped)
	}
	if d := st.Lifetime.Delivered.Batches; d < uint64(len(l.settled)) || d > uint64(len(l.settling)) {
		t.Errorf("%d delivered, want %d to %d", d, len(l.settled), len(l.settling))
	}
}

// TestTwoProcesses: the second is told why it can't, and the first goes on.
func TestTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, options(dir))
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+dir, childEnv+"_FROM=1")
	out, err := cmd.Output()
	if err == nil {
		t.Fatal("the second process got the spool too")
	}
	for _, want := range []string{"open spool", dir, "locked by process " + strconv.Itoa(os.Getpid()), "stop that one"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the second process says %q, want %q in it", out, want)
		}
	}
	_, err = Open(options(dir))
	var locked *LockedError
	if !errors.As(err, &locked) || locked.Owner != strconv.Itoa(os.Getpid()) {
		t.Errorf("error %v, want a LockedError with this process", err)
	}
	mustAppend(t, s, batch(shanghai, 1, 1))
	must(t, s.Close())
	s = mustOpen(t, options(dir))
	must(t, s.Close())
}
