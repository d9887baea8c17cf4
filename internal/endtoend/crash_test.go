package endtoend

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/testutil"
)

// schedules is how many are lived: SAGFLOW_CRASH_SCHEDULES, or what the ordinary test has time for.
func schedules(t *testing.T, ordinary int) int {
	t.Helper()
	if few() {
		ordinary = min(ordinary, 10)
	}
	return testutil.Count(t, "SAGFLOW_CRASH_SCHEDULES", ordinary)
}

// few says that a few schedules have to do: a 32-bit program takes the same steps, and is tried besides the other.
func few() bool { return testing.Short() || runtime.GOARCH == "386" }

// seedOf returns the seed of each schedule: SAGFLOW_CRASH_SEED for all of them, or other ones in each run of the test.
func seedOf(t *testing.T) func(i int) uint64 {
	t.Helper()
	text := os.Getenv("SAGFLOW_CRASH_SEED")
	if text == "" {
		first := rand.Uint64N(1 << 40)
		return func(i int) uint64 { return first + uint64(i) }
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("SAGFLOW_CRASH_SEED=%q: want the number that a failed test has printed", text)
	}
	return func(int) uint64 { return seed }
}

// Whatever happens to the device, its disk, its access key, its FlowLog and to Log Service, each record of a batch
// that was accepted is in the store or set aside in the end, under one name, and nothing else is.
func TestCrashSchedules(t *testing.T) {
	n, seed := schedules(t, 200), seedOf(t)
	sagflow := program(t, "sagflow")
	var all toll
	began := time.Now()
	t.Run("schedules", func(t *testing.T) {
		for i := range n {
			s := newSchedule(seed(i))
			t.Run(fmt.Sprintf("%d of %d, seed %d", i+1, n, s.seed), func(t *testing.T) {
				t.Parallel()
				o := s.live(t, sagflow)
				for _, text := range o.complaints() {
					t.Error(text)
				}
				all.add(o)
			})
		}
	})
	t.Logf("%d schedules in %v:\n%s", n, time.Since(began).Round(time.Second), &all)
}

// toll sums ordeals up.
type toll struct {
	mu                                                       sync.Mutex
	schedules, runs, disks, unknown, open, refusals          int
	incidents                                                map[string]int
	accepted, batches, stored, aside, received, resent, lost uint64
}

func (l *toll) add(o *ordeal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.incidents == nil {
		l.incidents = map[string]int{}
	}
	l.schedules++
	l.runs += len(o.runs)
	l.unknown += o.unknown
	l.open += o.open
	l.refusals += o.refusals
	if o.disk != nil {
		l.disks++
	}
	for _, i := range o.incidents {
		l.incidents[i.kind]++
	}
	for _, count := range o.book.accepted {
		l.accepted += count
	}
	l.batches += uint64(len(o.book.accepted))
	l.stored += o.tally.Unique
	l.received += o.tally.Received
	l.resent += o.tally.Resent
	l.aside += uint64(o.aside.records)
	l.lost += o.dropped.Records
}

func (l *toll) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprintf("%d schedules, %d of them on a disk of their own, %d runs of the device, %d of them killed, %d refused to start on a full disk\n"+
		"incidents: %v\n"+
		"%d batches with %d records accepted; %d records in the stores, %d received, %d resent; %d set aside; %d dropped and counted; %d batches open at an end",
		l.schedules, l.disks, l.runs, l.unknown, l.refusals, l.incidents, l.batches, l.accepted, l.stored, l.received, l.resent, l.aside, l.lost, l.open)
}
