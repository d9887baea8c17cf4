package livetest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
)

// idleShare is the most of a core that a device may take which has nothing to do. It takes a seventh of a percent of one
// on a quiet machine; the rest is for one that is busy with other tests.
const idleShare = 0.006

// An empty table costs next to nothing: neither time nor memory.
func TestIdle(t *testing.T) {
	_, d := pair(t, "metrics: 127.0.0.1:9105")
	d.until("an empty table", func(s *agent.Status) bool { return s.Sums != nil && s.Sums.Flows == 0 })
	time.Sleep(2 * time.Second) // the start is over
	before, began := onCPU(t, d.command.Process.Pid), time.Now()
	time.Sleep(10 * time.Second)
	took, lasted := onCPU(t, d.command.Process.Pid)-before, time.Since(began)
	share := float64(took) / float64(lasted)
	r := resourcesOf(d)
	t.Logf("%.2f %% of a core, RssAnon %d KiB", 100*share, r.anonymous)
	if share > idleShare {
		t.Errorf("%.2f %% of a core (%v in %v), want at most %.2f %%", 100*share, took, lasted, 100*idleShare)
	}
	if r.anonymous > 30<<10 {
		t.Errorf("RssAnon %d KiB, want less than 30 MiB", r.anonymous)
	}
	d.finish()
}

// onCPU is how long the threads of a process ran so far.
func onCPU(t *testing.T, pid int) time.Duration {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(threads) == 0 {
		t.Fatalf("no threads of process %d: %v", pid, err)
	}
	sum := time.Duration(0)
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			continue // it has just ended
		}
		var ran time.Duration
		if _, err := fmt.Sscan(string(text), &ran); err != nil {
			t.Fatal(err)
		}
		sum += ran
	}
	return sum
}
