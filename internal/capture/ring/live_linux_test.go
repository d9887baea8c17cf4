package ring

import (
	"bytes"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/testutil"
)

// pair is a namespace with a pair of devices, v0 and v1.
func pair(t testing.TB) *testutil.Namespace {
	t.Helper()
	n := testutil.NewNamespace(t)
	n.Veth("v0", "v1")
	return n
}

// datagram is an Ethernet frame of 60 octets whose last one is the number.
func datagram(number int) []byte {
	f := ip("192.0.2.1", "198.51.100.2", 17, 0, false, udp(60-14-28)).frame()
	f[59] = byte(number)
	return f
}

// lastOctets are the numbers of frames that datagram made.
func lastOctets(frames []captured) (numbers []int) {
	for _, f := range frames {
		numbers = append(numbers, int(f.Data[len(f.Data)-1]))
	}
	return numbers
}

// What one end sends, out there, is in at the other.
func TestDirections(t *testing.T) {
	for _, workers := range []int{1, 2} {
		for _, c := range []struct {
			direction Direction
			want      []int
			egress    []bool
		}{
			{In, []int{1, 3}, []bool{false, false}},
			{Out, []int{0, 2, 4}, []bool{true, true, true}},
			{Both, []int{0, 1, 2, 3, 4}, []bool{true, false, true, false, true}},
		} {
			t.Run(c.direction.String(), func(t *testing.T) {
				t.Parallel()
				n := pair(t)
				rings := mustOpen(t, n, Options{Interface: "v0", Direction: c.direction, Workers: workers})
				ends := []*testutil.FrameSender{n.Sender("v0"), n.Sender("v1")}
				for i := range 5 {
					ends[i%2].Send(datagram(i))
				}
				got := read(t, rings, len(c.want))
				if diff := cmp.Diff(c.want, lastOctets(got)); diff != "" {
					t.Error(diff)
				}
				for i, f := range got {
					if f.Egress != c.egress[i] {
						t.Errorf("frame %d: egress %v, want %v", i, f.Egress, c.egress[i])
					}
				}
				if s, want := statistics(t, rings), (capture.Statistics{Received: uint64(len(c.want))}); s != want {
					t.Errorf("statistics %+v, want %+v", s, want)
				}
			})
		}
	}
}

func TestFrame(t *testing.T) {
	n := pair(t)
	rings := mustOpen(t, n, Options{Interface: "v1"})
	begin := time.Now().UnixNano()
	n.Sender("v0").Send(datagram(7))
	got := read(t, rings, 1)[0].Frame
	if end := time.Now().UnixNano(); got.Time < begin || got.Time > end {
		t.Errorf("time %d, want one in [%d, %d]", got.Time, begin, end)
	}
	got.Time = 0
	if diff := cmp.Diff(capture.Frame{Data: datagram(7), Length: 60, LinkType: 1}, got); diff != "" {
		t.Error(diff)
	}
	var device *net.Interface
	n.Do(func() {
		var err error
		if device, err = net.InterfaceByName("v1"); err != nil {
			t.Fatal(err)
		}
	})
	if got := rings[0].Interface(); int(got) != device.Index {
		t.Errorf("interface %d, want %d", got, device.Index)
	}
}

// Each packet of loopback is sent, and received.
func TestLoopback(t *testing.T) {
	for _, workers := range []int{1, 3} {
		n := testutil.NewNamespace(t)
		rings := mustOpen(t, n, Options{Interface: "lo", Direction: Both, Workers: workers})
		n.Do(func() {
			c, err := net.Dial("udp", "127.0.0.1:9")
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := c.Write([]byte("0123456789")); err != nil {
				t.Fatal(err)
			}
		})
		got := read(t, rings, 2)
		if !got[0].Egress || got[1].Egress || got[0].LinkType != 1 || got[0].worker != got[1].worker || !bytes.Equal(got[0].Data, got[1].Data) {
			t.Errorf("%d workers: %+v, want the same frame, sent and received", workers, got)
		}
	}
}

// Promiscuous mode is the interface's as long as a ring is open.
func TestPromiscuous(t *testing.T) {
	n := pair(t)
	mode := func() string {
		_, after, _ := strings.Cut(n.Run("ip -d link show v1"), "promiscuity ")
		count, _, _ := strings.Cut(after, " ")
		return count
	}
	rings := mustOpen(t, n, Options{Interface: "v1"})
	if got := mode(); got != "0" {
		t.Errorf("promiscuity %s, want 0", got)
	}
	rings = append(rings, mustOpen(t, n, Options{Interface: "v1", Promiscuous: true, Workers: 2})...)
	if got := mode(); got != "2" {
		t.Errorf("promiscuity %s, want 2, one a ring", got)
	}
	for _, r := range rings {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if got := mode(); got != "0" {
		t.Errorf("promiscuity %s when closed, want 0", got)
	}
}

// Two captures of one interface are two groups: both get all frames.
func TestTwoCaptures(t *testing.T) {
	n := pair(t)
	a := mustOpen(t, n, Options{Interface: "v1", Workers: 2})
	b := mustOpen(t, n, Options{Interface: "v1", Workers: 3})
	s := n.Sender("v0")
	for i := range 10 {
		s.Send(datagram(i))
	}
	for _, rings := range [][]*Ring{a, b} {
		if got := read(t, rings, 10); len(got) != 10 {
			t.Errorf("%d frames, want 10", len(got))
		}
	}
}

func TestDescriptorIsReadable(t *testing.T) {
	n := pair(t)
	r := mustOpen(t, n, Options{Interface: "v1"})[0]
	fds := []unix.PollFd{{Fd: int32(r.Descriptor()), Events: unix.POLLIN}}
	if ready, err := unix.Poll(fds, 0); err != nil || ready != 0 {
		t.Errorf("%d ready, %v, before a frame came", ready, err)
	}
	n.Sender("v0").Send(datagram(1))
	if !wait(t, []*Ring{r}) {
		t.Error("nothing ready after a frame came")
	}
}
