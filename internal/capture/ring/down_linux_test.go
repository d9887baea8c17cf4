package ring

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/testutil"
)

// Whatever takes an interface away, all that was captured is handed out before capture.ErrDown, what
// the kernel has in an open block too; poll(2) finds each step; and the counts stay.
func TestDown(t *testing.T) {
	for _, c := range []struct {
		name     string
		commands []string
		after    int // frames that are sent then
	}{
		{"down", []string{"ip link set v1 down"}, 0},
		{"deleted", []string{"ip link del v1"}, 0},
		{"peer deleted", []string{"ip link del v0"}, 0},
		{"to another name", []string{"ip link set v1 down", "ip link set v1 name other"}, 0},
		{"down and up again", []string{"ip link set v1 down", "ip link set v1 up"}, 50},
	} {
		for _, workers := range []int{1, 3} {
			for _, before := range []int{0, 2000} { // frames that are read while it is up
				t.Run(fmt.Sprintf("%s, %d workers, %d read", c.name, workers, before), func(t *testing.T) {
					t.Parallel() // it is waiting, most of all
					n := pair(t)
					// The block that is open stays so for long after the interface is down.
					rings := mustOpen(t, n, Options{Interface: "v1", Workers: workers, Size: workers << 20, BlockTimeout: 400 * time.Millisecond})
					s := n.Sender("v0")
					sendMany(s, before)
					got := len(read(t, rings, before))
					sendMany(s, 300)
					n.Run(c.commands...)
					if c.after > 0 {
						n.AwaitUp("v0", "v1")
						sendMany(s, c.after)
					}
					got += len(readToEnd(t, rings))
					final := statistics(t, rings)
					if got != before+300+c.after || final.Received != uint64(got) || final.Dropped != 0 {
						t.Errorf("%d frames handed out, %+v, want %d", got, final, before+300+c.after)
					}
					if c.after > 0 {
						checkEnded(t, rings, s)
					}
					if again := statistics(t, rings); again != final {
						t.Errorf("statistics %+v, then %+v", final, again)
					}
				})
			}
		}
	}
}

// checkEnded checks that rings whose interface is up again get nothing more, and would not count it.
func checkEnded(t *testing.T, rings []*Ring, s *testutil.FrameSender) {
	t.Helper()
	received := func() (n uint32) {
		for _, r := range rings {
			counts, err := unix.GetsockoptTpacketStatsV3(r.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS)
			if err != nil {
				t.Fatal(err)
			}
			n += counts.Packets
		}
		return n
	}
	sendMany(s, 50)
	if n := received(); n != 0 {
		t.Errorf("%d frames came after the end", n)
	}
	all, err := compose(Options{Direction: Both})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rings {
		if err := attach(r.fd, all); err != nil {
			t.Fatal(err)
		}
	}
	sendMany(s, 50)
	before := statistics(t, rings)
	if n := received(); n != 50 || before != statistics(t, rings) {
		t.Errorf("%d frames came without the filter, want 50; counted %+v", n, before)
	}
}

// Traffic that goes on when the interface is up again at once doesn't keep the end away, and the
// counts are those of what was handed out.
func TestDownUnderTraffic(t *testing.T) {
	n := pair(t)
	s := n.Sender("v0")
	for range 5 {
		rings := mustOpen(t, n, Options{Interface: "v1", Workers: 2, Size: 8 << 20, BlockTimeout: 5 * time.Millisecond})
		stop := traffic(s)
		got := len(read(t, rings, 1000))
		n.Run("ip link set v1 down", "ip link set v1 up")
		got += len(readToEnd(t, rings))
		if final := statistics(t, rings); uint64(got) != final.Received-final.Dropped {
			t.Errorf("%d frames handed out, %+v", got, final)
		}
		stop()
	}
}

// traffic sends to all workers until stop is called, whatever becomes of it.
func traffic(s *testutil.FrameSender) (stop func()) {
	ended, end := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for i := 0; ; i++ {
			select {
			case <-end:
				return
			default:
				_ = s.Try(toOneOf(61, i)) // it can't be sent while the other end is down
			}
		}
	}()
	return func() { close(end); <-ended }
}

// sendMany sends to so many that each worker gets some.
func sendMany(s *testutil.FrameSender, n int) {
	for i := range n {
		s.Send(toOneOf(61, i))
	}
}

// toOneOf is a frame to one of so many networks.
func toOneOf(networks, number int) []byte {
	f := datagram(number)
	f[32] = byte(number % networks)
	return f
}

// readToEnd reads rings until each has ended with capture.ErrDown, only when poll(2) calls for it.
func readToEnd(t *testing.T, rings []*Ring) (all []capture.Frame) {
	t.Helper()
	frames := make([]capture.Frame, 64)
	for left := rings; len(left) > 0; {
		if !wait(t, left) {
			t.Fatalf("%d frames came, then nothing: want the end", len(all))
		}
		var open []*Ring
		for _, r := range left {
			n, err := r.Next(frames)
			all = append(all, frames[:n]...)
			switch {
			case err == nil:
				open = append(open, r)
			case !errors.Is(err, capture.ErrDown):
				t.Fatal(err)
			default:
				if n, again := r.Next(frames); n != 0 || !errors.Is(again, capture.ErrDown) {
					t.Errorf("after the end: %d frames, %v", n, again)
				}
			}
		}
		left = open
	}
	return all
}

// A ring that is full when the interface goes down hands out what it has.
func TestDownWhenFull(t *testing.T) {
	n := pair(t)
	rings := mustOpen(t, n, Options{Interface: "v1", Size: MinSize})
	sendMany(n.Sender("v0"), 4000)
	full := statistics(t, rings)
	n.Run("ip link set v1 down")
	got := len(readToEnd(t, rings))
	if s := statistics(t, rings); full.Dropped == 0 || s != full || uint64(got) != s.Received-s.Dropped {
		t.Errorf("%d frames handed out; %+v, %+v when it was full", got, s, full)
	}
}

// An idle ring says at once that its interface is down.
func TestDownWhenIdle(t *testing.T) {
	n := pair(t)
	rings := mustOpen(t, n, Options{Interface: "v1", BlockTimeout: 10 * time.Second})
	n.Run("ip link set v1 down")
	begin := time.Now()
	if got := readToEnd(t, rings); len(got) != 0 || time.Since(begin) > 5*time.Second {
		t.Errorf("%d frames after %v", len(got), time.Since(begin))
	}
}

// Another error of the socket ends the capture too, as itself.
func TestSocketError(t *testing.T) {
	r := loose(t, 2)
	if err := unix.Close(r.fd); err != nil {
		t.Fatal(err)
	}
	r.fd = 1 << 20 // no descriptor
	if n, err := r.Next(make([]capture.Frame, 1)); n != 0 || !errors.Is(err, unix.EBADF) || errors.Is(err, capture.ErrDown) {
		t.Errorf("%d frames, %v; want EBADF", n, err)
	}
}
