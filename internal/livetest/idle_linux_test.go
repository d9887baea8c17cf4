package livetest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
)

// What a device may take at most that has nothing to do. Its share of a core is a fifth of a percent on a quiet machine; the
// rest is for one that is busy with other tests. How often its threads wake tells more, as that doesn't depend on them: some
// 50 times a second, where a worker that looked at its empty table made it 110.
const (
	idleShare = 0.006
	idleWakes = 85 // a second
)

// An empty table costs next to nothing: neither time nor memory.
func TestIdle(t *testing.T) {
	_, d := pair(t, "metrics: 127.0.0.1:9105")
	d.until("an empty table", func(s *agent.Status) bool { return s.Sums != nil && s.Sums.Flows == 0 })
	time.Sleep(2 * time.Second) // the start is over
	before, woken, began := onCPU(t, d.command.Process.Pid)
	time.Sleep(10 * time.Second)
	after, wakes, ended := onCPU(t, d.command.Process.Pid)
	took, lasted := after-before, ended.Sub(began)
	share, often := float64(took)/float64(lasted), float64(int64(wakes-woken))/lasted.Seconds()
	r := resourcesOf(d)
	t.Logf("%.2f %% of a core, %.0f wakes a second, RssAnon %d KiB", 100*share, often, r.anonymous)
	if share > idleShare {
		t.Errorf("%.2f %% of a core (%v in %v), want at most %.2f %%", 100*share, took, lasted, 100*idleShare)
	}
	if often > idleWakes {
		t.Errorf("%.0f wakes a second, want at most %d", often, idleWakes)
	}
	if r.anonymous > 30<<10 {
		t.Errorf("RssAnon %d KiB, want less than 30 MiB", r.anonymous)
	}
	d.finish()
}

// onCPU is how long the threads of a process ran so far, how often they were put on a processor, and when that was asked.
func onCPU(t *testing.T, pid int) (ran time.Duration, wakes uint64, at time.Time) {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(threads) == 0 {
		t.Fatalf("no threads of process %d: %v", pid, err)
	}
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			continue // it has just ended
		}
		var one, waited time.Duration
		var times uint64
		if _, err := fmt.Sscan(string(text), &one, &waited, &times); err != nil {
			t.Fatal(err)
		}
		ran, wakes = ran+one, wakes+times
	}
	return ran, wakes, time.Now()
}
