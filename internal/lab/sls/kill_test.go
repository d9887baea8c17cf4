package sls

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

// childStore makes the test program a server on this store.
const childStore = "SAGFLOW_TEST_SLS_STORE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childStore); dir != "" {
		child(dir)
		return
	}
	os.Exit(m.Run())
}

func child(dir string) {
	s, err := New(Options{Listen: "127.0.0.1:0", Store: dir, Getenv: noEnvironment, Stdout: os.Stdout})
	if err == nil {
		err = s.Run(context.Background())
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// startChild starts the server as a program of its own.
func startChild(t *testing.T, dir string) (*lab, *exec.Cmd) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self, "-test.run=^$")
	cmd.Env = append(os.Environ(), childStore+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	l := &lab{tb: t, dir: dir}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("the child did not start: %v, %v", err, cmd.Wait())
	}
	must(t, json.Unmarshal(line, &l.at))
	l.prepare()
	return l, cmd
}

// outside is the ledger of what was answered with 200, kept by the writers.
type outside struct {
	mu   sync.Mutex
	sent map[Record]bool
	done map[Record]bool
}

func (o *outside) note(boot string, batch, n int, acknowledged bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range n {
		r := Record{boot, uint64(batch), uint64(i)}
		o.sent[r] = true
		if acknowledged {
			o.done[r] = true
		}
	}
}

// TestKill kills the server with writers at work, again and again: each record that was answered with 200 is there,
// nothing is there that was not sent, and nothing is damaged but the end.
func TestKill(t *testing.T) {
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	dir := filepath.Join(t.TempDir(), "sls")
	o := &outside{sent: map[Record]bool{}, done: map[Record]bool{}}
	for round := range rounds {
		l, cmd := startChild(t, dir)
		var writers sync.WaitGroup
		for w := range 4 {
			writers.Go(func() {
				boot := fmt.Sprintf("%d-%d", round, w)
				for batch := 0; ; batch++ {
					q := write(t, codec.Codec(batch%4), groupOf(boot, batch, 0, 20))
					a, err := l.send(q)
					o.note(boot, batch, 20, err == nil && a.status == 200 && a.requestID != "")
					if err != nil {
						return
					}
				}
			})
		}
		// When the kill comes is the point of the test: between any two steps of a write.
		<-time.After(time.Duration(20+17*round) * time.Millisecond)
		must(t, cmd.Process.Kill())
		_ = cmd.Wait()
		writers.Wait()
		l.client.CloseIdleConnections()
		o.compare(t, dir)
	}
	t.Logf("%d kills, %d records sent, %d acknowledged", rounds, len(o.sent), len(o.done))
	if len(o.done) == 0 {
		t.Error("nothing was acknowledged: the test has no grip")
	}
}

func (o *outside) compare(t *testing.T, dir string) {
	t.Helper()
	ledger, err := ReadLedger(dir)
	must(t, err)
	missing, invented := 0, 0
	for r := range o.done {
		if !ledger.Has(r) {
			missing++
		}
	}
	for r := range ledger.Records() {
		if !o.sent[r] {
			invented++
		}
	}
	if tally := ledger.Tally(); missing+invented > 0 || tally.Conflicting+tally.Malformed+tally.Unreadable+tally.Lost+tally.Resent > 0 {
		t.Errorf("%d records missing, %d invented: %+v", missing, invented, tally)
	}
}
