package ring

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/internal/capture"
)

// loose is a ring without a kernel: the test fills its blocks.
func loose(t testing.TB, blocks int) *Ring {
	t.Helper()
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = unix.Close(pair[0]), unix.Close(pair[1]) })
	return &Ring{name: "test0", fd: pair[0], memory: aligned(blocks * 4096), blockSize: 4096}
}

func (r *Ring) blockOf(i int) []byte { return r.memory[i*r.blockSize:][:r.blockSize] }

func (r *Ring) status(i int) uint32 { return *word(r.blockOf(i), atStatus) }

// numbered are frames that can be told apart.
func numbered(from, n int) (frames []fake) {
	for i := range n {
		frames = append(frames, ethernet([]byte{byte(from + i), byte((from + i) >> 8)}))
	}
	return frames
}

func numberOf(f capture.Frame) int { return int(f.Data[0]) | int(f.Data[1])<<8 }

// Blocks come round in order, whatever the caller's batches; each goes back only when the caller
// comes again, so that what it has stays whole.
func TestNextGoesRound(t *testing.T) {
	const blocks = 3
	socket := loose(t, blocks).fd // one will do
	rapid.Check(t, func(rt *rapid.T) {
		r := &Ring{fd: socket, memory: aligned(blocks * 4096), blockSize: 4096}
		filled, sent, came := 0, 0, 0 // blocks, frames, frames
		frames := make([]capture.Frame, rapid.IntRange(1, 20).Draw(rt, "batch"))
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			if r.status(filled%blocks) == unix.TP_STATUS_KERNEL && rapid.Bool().Draw(rt, "fill") {
				n := rapid.IntRange(0, 15).Draw(rt, "frames")
				fill(r.blockOf(filled%blocks), numbered(sent, n)...)
				filled, sent = filled+1, sent+n
				continue
			}
			n, err := r.Next(frames)
			if err != nil || n == 0 && came < sent {
				rt.Fatalf("%d frames, %v, while %d wait", n, err, sent-came)
			}
			for _, f := range frames[:n] {
				if numberOf(f) != came {
					rt.Fatalf("frame %d, want %d", numberOf(f), came)
				}
				came++
			}
			if n > 0 && r.status(r.current) == unix.TP_STATUS_KERNEL {
				rt.Fatal("the block of frames in use went back to the kernel")
			}
		}
	})
}

// A block that was used up goes back with the next call, cleared of its number of frames.
func TestNextGivesBack(t *testing.T) {
	r := loose(t, 2)
	fill(r.blockOf(0), numbered(0, 3)...)
	frames := make([]capture.Frame, 3)
	for i, want := range []struct {
		n      int
		status uint32
	}{{3, unix.TP_STATUS_USER}, {0, unix.TP_STATUS_KERNEL}, {0, unix.TP_STATUS_KERNEL}} {
		n, err := r.Next(frames)
		if err != nil || n != want.n || r.status(0) != want.status {
			t.Errorf("call %d: %d frames, %v, status %d; want %d and %d", i, n, err, r.status(0), want.n, want.status)
		}
	}
	if n := *word(r.blockOf(0), atNumber); n != 0 {
		t.Errorf("the block says that it holds %d frames", n)
	}
}

func TestNextErrorIsFinal(t *testing.T) {
	r := loose(t, 2)
	fill(r.blockOf(0), numbered(0, 3)...)
	*word(r.blockOf(0), atNumber) = 9
	frames := make([]capture.Frame, 8)
	n, first := r.Next(frames)
	if n != 3 || first == nil {
		t.Errorf("%d frames, %v; want 3 and an error", n, first)
	}
	if n, again := r.Next(frames); n != 0 || !errors.Is(again, first) {
		t.Errorf("again: %d frames, %v; want the same error", n, again)
	}
}

func TestNextAfterClose(t *testing.T) {
	r := loose(t, 2)
	fill(r.blockOf(0), numbered(0, 3)...)
	r.memory = nil // it isn't mapped
	r.counted = true
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if n, err := r.Next(make([]capture.Frame, 1)); n != 0 || !errors.Is(err, os.ErrClosed) {
		t.Errorf("%d frames, %v; want os.ErrClosed", n, err)
	}
	if err := r.Close(); err != nil || r.Descriptor() != -1 {
		t.Errorf("a second time: %v, descriptor %d", err, r.Descriptor())
	}
}

func TestNextAllocatesNothing(t *testing.T) {
	r := loose(t, 2)
	frames := make([]capture.Frame, 10)
	some := numbered(0, 15)
	if n := testing.AllocsPerRun(100, func() {
		fill(r.blockOf(r.current), some...)
		for left := 15; left > 0; {
			n, err := r.Next(frames)
			if err != nil {
				t.Fatal(err)
			}
			left -= n
		}
		if n, err := r.Next(frames); n != 0 || err != nil {
			t.Fatal(n, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a block", n)
	}
}
