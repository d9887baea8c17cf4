package ring

import (
	"fmt"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture"
)

// sink keeps what benchmarks read from being left out.
var sink byte

// BenchmarkWalk walks blocks of frames, which are in no cache or all in one, as batches of 64, and
// counts a frame. To be decoded, a frame's ethertype and addresses are read too. The mix is 7 frames
// of 60 octets, 4 of 590 and 1 of 1514.
func BenchmarkWalk(b *testing.B) {
	for _, c := range []struct {
		name    string
		lengths []int
		size    int
		decoded bool
	}{
		{"60 octets, cached", []int{60}, 256 << 10, false},
		{"60 octets", []int{60}, 64 << 20, false},
		{"60 octets, decoded", []int{60}, 64 << 20, true},
		{"mix, decoded", []int{60, 590, 60, 60, 590, 1514, 60, 60, 590, 60, 590, 60}, 64 << 20, true},
		{"1514 octets, decoded", []int{1514}, 64 << 20, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			memory := aligned(c.size)
			const size = 256 << 10
			all := make([]fake, size/128)
			for i := range all {
				all[i] = ethernet(make([]byte, c.lengths[i%len(c.lengths)]))
			}
			for at := 0; at < len(memory); at += size {
				fill(memory[at:at+size], all...)
			}
			b.ReportAllocs()
			b.ResetTimer()
			began := processorTime(b)
			for left, at := b.N, 0; left > 0; at = (at + size) % len(memory) {
				left -= walkBlock(b, memory[at:at+size], c.decoded)
			}
			b.ReportMetric(float64(processorTime(b)-began)/float64(b.N), "cpu-ns/op")
		})
	}
}

// walkBlock walks a block and returns how many frames it holds.
func walkBlock(b *testing.B, block []byte, decoded bool) (walked int) {
	var frames [64]capture.Frame
	for c := openBlock(block); c.left > 0; {
		n, err := c.walk(block, frames[:])
		if err != nil {
			b.Fatal(err)
		}
		for i := range n {
			if d := frames[i].Data; decoded {
				sink ^= d[13] ^ d[26] ^ d[33]
			}
		}
		walked += n
	}
	return walked
}

// processorTime returns this process's time on processors in nanoseconds: what a measurement on a
// shared machine can go by.
func processorTime(tb testing.TB) int64 {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// BenchmarkLive reads what one sender sends over a veth pair as fast as it can, and counts a frame:
// the reader's time on a processor, and frames that the kernel dropped.
func BenchmarkLive(b *testing.B) {
	for _, length := range []int{60, 1514} {
		b.Run(fmt.Sprint(length, " octets"), func(b *testing.B) {
			n := pair(b)
			r := mustOpen(b, n, Options{Interface: "v1", Size: 64 << 20})[0]
			s := n.Sender("v0")
			frame := datagramOf(length - ethernetHeader)
			b.ReportAllocs()
			b.ResetTimer()
			go func() {
				for range b.N {
					s.Send(frame)
				}
			}()
			used, got := readOnly(b, r, b.N)
			b.ReportMetric(float64(used)/float64(got), "cpu-ns/op")
			b.ReportMetric(float64(statistics(b, []*Ring{r}).Dropped), "drops")
		})
	}
}

// readOnly reads frames, on a thread of its own, until n have come or been dropped, and returns the
// thread's time on a processor in nanoseconds and how many came.
func readOnly(b *testing.B, r *Ring, n int) (used int64, got int) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	frames := make([]capture.Frame, 64)
	began := threadTime(b)
	for came := 0; came < n; {
		k, err := r.Next(frames)
		if err != nil {
			b.Fatal(err)
		}
		for i := range k {
			sink ^= frames[i].Data[33]
		}
		got += k
		came += k
		if fds := []unix.PollFd{{Fd: int32(r.Descriptor()), Events: unix.POLLIN}}; k == 0 {
			if ready, _ := unix.Poll(fds, 1000); ready == 0 {
				came = got + int(statistics(b, []*Ring{r}).Dropped)
			}
		}
	}
	return threadTime(b) - began, got
}

func threadTime(tb testing.TB) int64 {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &u); err != nil {
		tb.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
