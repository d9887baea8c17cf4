package packets

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/links"
	"github.com/sagflow/sagflow/internal/testutil/netns"
)

// limit is how long a test waits for what must come.
const limit = 20 * time.Second

// cable puts the test into a namespace with a cable from v0 to v1, on which nobody else speaks.
func cable(t testing.TB, commands ...string) {
	t.Helper()
	netns.New(t, append([]string{
		"ip link add v0 type veth peer name v1",
		"ip link set v0 addrgenmode none mtu 9000", "ip link set v1 addrgenmode none mtu 9000",
		"ip link set v0 up", "ip link set v1 up",
	}, commands...)...)
	netns.Settle(t)
}

// capturing opens a source on v1 until the end of the test.
func capturing(t testing.TB, o Options) *Source {
	t.Helper()
	if o.Interface == "" {
		o.Interface = "v1"
	}
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

// sender sends frames from an interface of the namespace.
type sender struct {
	t  testing.TB
	fd int
	to unix.SockaddrLinklayer
}

func sending(t testing.TB, name string) *sender {
	t.Helper()
	list, err := links.List()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(l links.Link) bool { return l.Name == name })
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil || i < 0 {
		t.Fatalf("socket for %s: %v", name, err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	return &sender{t, fd, unix.SockaddrLinklayer{Ifindex: list[i].Index}}
}

func (s *sender) send(frames ...[]byte) {
	s.t.Helper()
	for _, f := range frames {
		for {
			err := unix.Sendto(s.fd, f, 0, &s.to)
			if err == nil {
				break
			}
			if !errors.Is(err, unix.ENOBUFS) && !errors.Is(err, unix.EINTR) {
				s.t.Fatalf("send %d octets: %v", len(f), err)
			}
		}
	}
}

// got is a frame that outlives its batch.
type got struct {
	capture.Frame
}

// read reads until there are n frames, or the source ends.
func read(t testing.TB, s *Source, n int) (list []got, err error) {
	t.Helper()
	frames := make([]capture.Frame, 64)
	for end := time.Now().Add(limit); len(list) < n; {
		k, err := s.Next(frames)
		for _, f := range frames[:k] {
			f.Data = slices.Clone(f.Data)
			list = append(list, got{f})
		}
		if err != nil {
			return list, err
		}
		if k > 0 {
			continue
		}
		if time.Now().After(end) {
			t.Fatalf("%d frames came, want %d", len(list), n)
		}
		poll(t, s, time.Second)
	}
	return list, nil
}

// must is read where the source may not end.
func must(t testing.TB, s *Source, n int) []got {
	t.Helper()
	list, err := read(t, s, n)
	if err != nil {
		t.Fatalf("after %d frames of %d: %v", len(list), n, err)
	}
	return list
}

// received waits until the kernel has counted n frames: a sent frame may wait before the receiver's
// softirq, and is lost there where the interface goes away.
func received(t testing.TB, s *Source, n uint64) capture.Statistics {
	t.Helper()
	for end := time.Now().Add(limit); ; {
		now, err := s.Statistics()
		if err != nil {
			t.Fatal(err)
		}
		if now.Received == n {
			return now
		}
		if now.Received > n || time.Now().After(end) {
			t.Fatalf("%+v, want %d received", now, n)
		}
	}
}

// drained says that there is nothing more.
func drained(t testing.TB, s *Source) {
	t.Helper()
	if n, err := s.Next(make([]capture.Frame, 64)); n != 0 || err != nil {
		t.Errorf("%d frames more, %v", n, err)
	}
}

// poll waits until the source has something to say, and says whether it has.
func poll(t testing.TB, s *Source, wait time.Duration) bool {
	t.Helper()
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(s.Descriptor()), Events: unix.POLLIN}}, int(wait.Milliseconds()))
		if err == nil {
			return n > 0
		}
		if !errors.Is(err, unix.EINTR) {
			t.Fatal(err)
		}
	}
}

// frame is an Ethernet frame of n octets that carries a number. Its EtherType is for experiments.
func frame(n int, number uint32) []byte {
	b := make([]byte, n)
	copy(b, []byte{0x02, 0, 0, 0, 0, 0x01, 0x02, 0, 0, 0, 0, 0x02, 0x88, 0xb5})
	binary.BigEndian.PutUint32(b[14:], number)
	for i := 18; i < n; i++ {
		b[i] = byte(i) ^ byte(number)
	}
	return b
}

// numbered are count frames of n octets, numbered from first on.
func numbered(count, n int, first uint32) [][]byte {
	list := make([][]byte, count)
	for i := range list {
		list[i] = frame(n, first+uint32(i))
	}
	return list
}

// number is that of a frame.
func number(g got) uint32 { return binary.BigEndian.Uint32(g.Data[14:]) }

// restored is a frame with its VLAN tag where it was. gopacket doesn't tell the tag's EtherType: all
// are 802.1Q's.
func restored(g got) []byte {
	if !g.Tagged {
		return g.Data
	}
	tag := binary.BigEndian.AppendUint16([]byte{0x81, 0x00}, g.VLAN)
	return slices.Concat(g.Data[:12], tag, g.Data[12:])
}
