package sls

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

const (
	// childStore makes the test program a server on this store.
	childStore = "SAGFLOW_TEST_SLS_STORE"
	// childLimit is how many bytes a file of that server may have, as if the disk were full then.
	childLimit = "SAGFLOW_TEST_SLS_LIMIT"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childStore); dir != "" {
		child(dir)
		return
	}
	os.Exit(m.Run())
}

func child(dir string) {
	if limit, err := strconv.ParseUint(os.Getenv(childLimit), 10, 32); err == nil {
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	s, err := New(Options{Listen: "127.0.0.1:0", Store: dir, Getenv: noEnvironment, Stdout: os.Stdout})
	if err == nil {
		err = s.Run(context.Background())
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// startChild starts the server as a program of its own.
func startChild(t *testing.T, dir string, environment ...string) (*lab, *exec.Cmd) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self, "-test.run=^$")
	cmd.Env = append(append(os.Environ(), childStore+"="+dir), environment...)
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

// TestFullDisk fills the disk: a write that does not fit is refused as the server's fault and leaves nothing, smaller
// ones and searches go on, and so does all with the next start on a larger disk.
func TestFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sls")
	l, cmd := startChild(t, dir, childLimit+"=60000")
	done := uint64(0)
	put := func(records int) reply {
		q := write(t, codec.None, groupOf(fmt.Sprint(done), 1, 0, records))
		q.uri = "/logstores/" + logstore
		a := l.answered(q)
		if a.status == http.StatusOK {
			done += uint64(records)
		}
		return a
	}
	for a := put(200); ; a = put(200) {
		if got := fmt.Sprintf("%d %s", a.status, a.code); got == "500 InternalServerError" {
			break
		} else if got != "200 " || done > 10_000 {
			t.Fatalf("%s after %d records", got, done)
		}
	}
	equal(t, "the next large one", http.StatusInternalServerError, put(200).status)
	equal(t, "a small one", http.StatusOK, put(1).status)
	search := request{method: http.MethodGet, uri: "/logstores/" + logstore + "?type=histogram&from=1&to=2000000000"}
	equal(t, "found", fmt.Sprint(done), l.answered(search).header.Get(headerCount))
	equal(t, "records", done, l.tally().Unique)
	must(t, cmd.Process.Kill())
	_ = cmd.Wait()
	l, cmd = startChild(t, dir)
	equal(t, "on a larger disk", http.StatusOK, put(200).status)
	want := Tally{Received: done, Unique: done, Devices: 1}
	got := l.tally()
	got.Groups, got.Boots, got.Batches = 0, 0, 0
	equal(t, "tally", want, got)
	must(t, cmd.Process.Kill())
	_ = cmd.Wait()
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
