package livetest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/testutil"
)

// load sends traffic of all kinds into one veth pair, at random rates, until it is stopped. Whoever holds its lock has
// quiet on the pair.
type load struct {
	t        *testing.T
	ns       *testutil.Namespace
	from, to string
	random   *rand.Rand
	stop     chan struct{}
	done     sync.WaitGroup

	sync.Mutex
	sender *testutil.FrameSender
	sent   sent
	before uint64 // frames that were sent to interfaces of this name that are gone
	goes   map[string]int
}

// sent is how many frames were sent, by what they are.
type sent [classes]uint64

func (s sent) frames() (sum uint64) {
	for _, n := range s {
		sum += n
	}
	return sum
}

func (s sent) minus(o sent) sent {
	for i := range s {
		s[i] -= o[i]
	}
	return s
}

func newLoad(t *testing.T, ns *testutil.Namespace, from, to string, seed uint64) *load {
	t.Helper()
	l := &load{t: t, ns: ns, from: from, to: to, random: rand.New(rand.NewPCG(seed, 7)), stop: make(chan struct{}), goes: map[string]int{}}
	l.connect()
	return l
}

// connect makes the pair.
func (l *load) connect() {
	l.t.Helper()
	l.ns.Veth(l.from, l.to)
	l.sender = l.ns.Sender(l.from)
}

// run sends in a goroutine of its own.
func (l *load) run() {
	l.done.Go(func() {
		var frames [][]byte
		all := kinds()
		for {
			k := all[l.random.IntN(len(all))]
			frames = k.add(frames[:0], l.random)
			l.send(&k, frames)
			idle := time.Duration(l.random.IntN(60)) * time.Millisecond
			if l.random.IntN(40) == 0 {
				idle = time.Duration(l.random.IntN(2000)) * time.Millisecond
			}
			select {
			case <-time.After(idle):
			case <-l.stop:
				return
			}
		}
	})
}

func (l *load) send(k *kind, frames [][]byte) {
	l.Lock()
	defer l.Unlock()
	l.goes[k.name]++
	for _, f := range frames {
		if err := l.sender.Try(f); err != nil {
			l.t.Errorf("send %s out of %s: %v", k.name, l.from, err)
			return
		}
		l.sent[k.class]++
	}
}

// end stops the sending.
func (l *load) end() {
	close(l.stop)
	l.done.Wait()
}

// arrived says what the interface received of what was sent to it. It is called with the lock held.
func (l *load) arrived() (came, want uint64) {
	l.t.Helper()
	return receivedBy(l.t, l.ns, l.to), l.sent.frames() - l.before
}

// receivedBy is how many frames an interface received, by the kernel's counter (/proc/net/dev).
func receivedBy(t *testing.T, ns *testutil.Namespace, name string) uint64 {
	t.Helper()
	var text []byte
	ns.Do(func() {
		t.Helper()
		var err error
		if text, err = os.ReadFile("/proc/thread-self/net/dev"); err != nil {
			t.Fatal(err)
		}
	})
	for line := range strings.Lines(string(text)) {
		if device, counters, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(device) == name {
			n, err := strconv.ParseUint(strings.Fields(counters)[1], 10, 64)
			if err != nil {
				t.Fatal(fmt.Errorf("counters of %s: %w", name, err))
			}
			return n
		}
	}
	t.Fatalf("no interface %s", name)
	return 0
}
