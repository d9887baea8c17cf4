package livetest

import (
	"encoding/binary"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/testutil"
)

// Flows that go on while a flood comes: one frame in steadyEvery is theirs, one after the other.
const (
	steadyFlows = 32
	steadyEvery = 16
	// steadyOctets are a packet's: the frame less its Ethernet header.
	steadyOctets = 46
)

// barrage sends a flood, and steady flows in it, out of v0.
type barrage struct {
	t     *testing.T
	from  *testutil.FrameSender
	r     *rand.Rand
	kind  flood
	sent  uint64
	batch [][]byte
}

func newBarrage(t *testing.T, ns *testutil.Namespace, kind flood) *barrage {
	t.Helper()
	b := &barrage{t: t, from: ns.Sender("v0"), r: rand.New(rand.NewPCG(1, 2)), kind: kind, batch: make([][]byte, 64)}
	b.from.Flood()
	return b
}

// steady is a frame of the steady flow of a number.
func steady(b []byte, n uint64) []byte {
	b = append(b[:0], udp(byte(n))...)
	binary.BigEndian.PutUint16(b[16:], 46)
	return b
}

// send sends so many frames as fast as it can, from one processor: else the kernel might change their order.
func (b *barrage) send(frames uint64) {
	b.t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		b.t.Fatal(err)
	}
	for cpu := range 1024 {
		if before.IsSet(cpu) {
			one.Set(cpu)
			break
		}
	}
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = unix.SchedSetaffinity(0, &before) }()
	for end := b.sent + frames; b.sent < end; {
		some := b.batch[:min(uint64(len(b.batch)), end-b.sent)]
		for i := range some {
			if some[i] = some[i][:0]; b.sent%steadyEvery == 0 {
				some[i] = steady(some[i], b.sent/steadyEvery%steadyFlows)
			} else {
				some[i] = b.kind.frame(b.r, some[i])
			}
			b.sent++
		}
		b.from.SendAll(some)
	}
}

// steadyPackets is how many packets of a steady flow were sent.
func (b *barrage) steadyPackets(flow uint64) uint64 {
	all := (b.sent + steadyEvery - 1) / steadyEvery
	return (all + steadyFlows - 1 - flow) / steadyFlows
}

// cpuTime is what a process has taken of processors: all of its threads, by the scheduler's count.
func cpuTime(t *testing.T, pid int) (sum time.Duration) {
	t.Helper()
	tasks, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/schedstat")
	if err != nil || len(tasks) == 0 {
		t.Fatalf("read the times of process %d: %v", pid, err)
	}
	for _, path := range tasks {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // a thread that has just ended
		}
		first, _, _ := strings.Cut(string(text), " ")
		n, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		sum += time.Duration(n)
	}
	return sum
}

// rssAnon is the process's anonymous memory that is in RAM, in octets (proc_pid_status(5)): tables, heap and stacks, and
// neither the capture's rings nor the program's own text.
func rssAnon(pid int) uint64 {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	_, after, _ := strings.Cut(string(text), "RssAnon:")
	line, _, _ := strings.Cut(after, "kB")
	kib, _ := strconv.ParseUint(strings.TrimSpace(line), 10, 64)
	return kib << 10
}

// watchMemory looks at a process's anonymous memory until the test ends; most returns the largest it was.
func watchMemory(t *testing.T, d *device) (most func() uint64) {
	t.Helper()
	var high atomic.Uint64
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				high.Store(max(high.Load(), rssAnon(d.command.Process.Pid)))
			}
		}
	}()
	t.Cleanup(func() { close(quit); <-done })
	return high.Load
}

// counter is what an interface has counted.
type counter struct{ octets, packets uint64 }

// counterOf is what an interface has received and sent, by its own counters.
func counterOf(t *testing.T, ns *testutil.Namespace, name string) counter {
	t.Helper()
	var links []struct {
		Stats struct {
			RX, TX struct{ Bytes, Packets uint64 }
		} `json:"stats64"`
	}
	if err := json.Unmarshal([]byte(ns.Run("ip -s -j link show "+name)), &links); err != nil || len(links) != 1 {
		t.Fatalf("read the counters of %s: %v", name, err)
	}
	s := &links[0].Stats
	return counter{s.RX.Bytes + s.TX.Bytes, s.RX.Packets + s.TX.Packets}
}
