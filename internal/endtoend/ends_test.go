package endtoend

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// againAfter is longer than two signals are one request.
const againAfter = 250 * time.Millisecond

// runProgram runs `sagflow replay -c` to its end, and returns what it said, its exit code and its summary. Signals
// are sent one after the other, when the status says that records wait for Log Service.
func (s *scene) runProgram(args []string, signals ...syscall.Signal) (text string, code int, sum *agent.Summary) {
	s.t.Helper()
	summary := filepath.Join(s.dir, "summary.json")
	cmd := exec.Command(program(s.t, "sagflow"), append([]string{"replay", "-c", s.config, "--summary", summary}, args...)...)
	log := new(buffer)
	cmd.Env, cmd.Stdout, cmd.Stderr = environment(), log, log
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	timer := time.AfterFunc(3*patience, func() { _ = cmd.Process.Kill() }) // the exit code tells
	defer timer.Stop()
	for i, one := range signals {
		if i == 0 {
			until(s.t, "records are spooled", func() bool {
				now, err := agent.ReadStatus(filepath.Join(s.dir, "state"))
				return err == nil && now.LogService != nil && now.LogService.Spool.Queued.Records > 0
			}, log.String)
		} else {
			until(s.t, "it waits for what is left", func() bool { return strings.Contains(log.String(), "interrupt again") }, log.String)
			time.Sleep(againAfter)
		}
		if err := cmd.Process.Signal(one); err != nil {
			s.t.Fatal(err)
		}
	}
	_ = cmd.Wait() // the exit code tells
	return log.String(), cmd.ProcessState.ExitCode(), readSummary(s.t, summary)
}

// allow makes the shutdown timeout another one.
func (s *scene) allow(shutdown time.Duration) {
	s.t.Helper()
	text, err := os.ReadFile(s.config)
	if err != nil {
		s.t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(text), "shutdown-timeout:")
	if err := os.WriteFile(s.config, []byte(before+"shutdown-timeout: "+shutdown.String()+"\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// What stays in the spool at the end is said, summed and an exit code of its own, and the next start delivers it.
func TestEnds(t *testing.T) {
	demo := testutil.Testdata(t, capture)
	forEver := []string{"-q", "--speed", "1000", "--times", "now", "--loop", "0", demo}
	for _, c := range []struct {
		name    string
		args    []string
		signals []syscall.Signal
		code    int
		within  time.Duration
		says    string
	}{
		{"the captures end", []string{demo}, nil, 3, 0, "records stay in the spool, the next start delivers them"},
		{"SIGTERM", forEver, []syscall.Signal{syscall.SIGTERM}, 3, 0, "records stay in the spool, the next start delivers them"},
		{"two signals", forEver, []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}, 3, 10 * time.Second, "interrupted again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wait := 500 * time.Millisecond
			if c.within > 0 {
				wait = time.Minute
			}
			s := newLogScene(t, wait)
			rule := s.vault.fail(t, busy())
			id := s.api.create(toLogstore("ends", nil, ""))
			s.api.bind(id, gateway)
			program(t, "sagflow") // building it takes its time
			began := time.Now()
			text, code, sum := s.runProgram(c.args, c.signals...)
			if code != c.code || !strings.Contains(text, c.says) || !sum.Exact {
				t.Errorf("exit code %d, want %d, sums hold: %v\n%s", code, c.code, sum.Exact, text)
			}
			if c.within > 0 && time.Since(began) > c.within {
				t.Errorf("it ended after %v", time.Since(began))
			}
			if left := sum.Device.LogService.Earlier.Spooled.Records; left == 0 || left != put(sum).records {
				t.Errorf("%d records stay, %d were put", left, put(sum).records)
			}
			s.vault.heal(t, rule)
			s.api.modify(id, flowlog.Parameters{"LogstoreName": "elsewhere"})
			s.allow(patience)
			text, code, next := s.runProgram([]string{demo})
			want := put(sum)
			more := put(next)
			if got := s.vault.read(t).total(); code != 0 || got != (total{want.records + more.records, want.packets + more.packets, want.octets + more.octets}) {
				t.Errorf("exit code %d, %+v stored, %+v and %+v put\n%s", code, got, want, more, text)
			}
			if !strings.Contains(text, "left by outputs and earlier runs = ") {
				t.Errorf("the summary tells nothing of what an earlier run left:\n%s", text)
			}
		})
	}
}

// Neither a full disk nor Log Service, both out of order, hold up the collector: what finds no place is counted.
func TestCollectorBesideNoLogServiceAndNoDisk(t *testing.T) {
	s := newLogScene(t, 200*time.Millisecond, "spool-free: 99%", "batch-size: 64KiB")
	s.vault.fail(t, busy())
	id := s.api.create(toLogstore("nowhere", s.one, "V9"))
	s.api.bind(id, gateway)
	_, code, sum := s.runProgram([]string{"-q", "--loop", "2000", "--export-rate", "0", testutil.Testdata(t, capture)})
	if code != 1 || !sum.Exact {
		t.Errorf("exit code %d, sums hold: %v, %v", code, sum.Exact, sum.Errors)
	}
	s.one.end()
	var dropped, sent uint64
	for i := range sum.Device.Outputs {
		o := &sum.Device.Outputs[i]
		if o.Kind == "sls" {
			dropped = o.Counters.Dropped.Total().Records
		} else {
			sent = o.Counters.Acknowledged.Records
		}
	}
	if sent != sum.Table.Records || dropped != sum.Table.Records {
		t.Errorf("%d records, %d sent to the collector, %d dropped by Log Service", sum.Table.Records, sent, dropped)
	}
	if _, err := os.Stat(spoolctl.Directory(filepath.Join(s.dir, "state"))); err != nil {
		t.Error(err)
	}
}
