package ring

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/testutil"
)

// tested is an Open whose rings can be foretold.
func tested(o Options) opening {
	return opening{Options: o, multiplier: multiplier, available: availableMemory(memoryFile), grow: (*Ring).mapMemory}
}

// mustOpen opens rings in a namespace.
func mustOpen(t testing.TB, n *testutil.Namespace, o Options) []*Ring {
	t.Helper()
	var rings []*Ring
	var err error
	n.Do(func() { rings, err = tested(o).open() })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		var closing sync.WaitGroup // all at once: the kernel makes each wait
		for _, r := range rings {
			closing.Go(func() {
				if err := r.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		closing.Wait()
	})
	return rings
}

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// captured is a frame with octets of its own.
type captured struct {
	capture.Frame
	worker int
}

// read reads until the rings have handed out n frames, at least.
func read(t testing.TB, rings []*Ring, n int) []captured {
	t.Helper()
	var all []captured
	for len(all) < n {
		before := len(all)
		for i, r := range rings {
			all = append(all, drain(t, i, r)...)
		}
		if len(all) == before && !wait(t, rings) {
			t.Fatalf("%d frames came, want %d: %+v", len(all), n, statistics(t, rings))
		}
	}
	return all
}

// drain reads all that is ready in a ring.
func drain(t testing.TB, worker int, r *Ring) []captured {
	t.Helper()
	var all []captured
	frames := make([]capture.Frame, 64)
	for {
		n, err := r.Next(frames)
		for _, f := range frames[:n] {
			f.Data = bytes.Clone(f.Data)
			all = append(all, captured{f, worker})
		}
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return all
		}
	}
}

// wait waits until a ring has something to say, and tells whether one had.
func wait(t testing.TB, rings []*Ring) bool {
	t.Helper()
	fds := make([]unix.PollFd, len(rings))
	for i, r := range rings {
		fds[i] = unix.PollFd{Fd: int32(r.Descriptor()), Events: unix.POLLIN}
	}
	for {
		n, err := unix.Poll(fds, int(patience.Milliseconds()))
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		return n > 0
	}
}

// statistics returns the rings' sum.
func statistics(t testing.TB, rings []*Ring) (sum capture.Statistics) {
	t.Helper()
	for _, r := range rings {
		s, err := r.Statistics()
		if err != nil {
			t.Fatal(err)
		}
		sum = sum.Plus(s)
	}
	return sum
}

// sorted orders frames by their octets.
func sorted(frames [][]byte) [][]byte {
	frames = slices.Clone(frames)
	slices.SortFunc(frames, bytes.Compare)
	return frames
}
