package testutil

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A namespace holds loopback and what the test makes, and the test itself stays outside.
func TestNamespace(t *testing.T) {
	outside, err := os.Readlink("/proc/thread-self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	n := NewNamespace(t)
	n.Veth("v0", "v1")
	if out := n.Run("ip -o link show lo", "ip -o link show v0"); !strings.Contains(out, "LOOPBACK") || !strings.Contains(out, "v0@v1") {
		t.Errorf("ip says %q, want lo and v0", out)
	}
	n.Do(func() {
		inside, err := os.Readlink("/proc/thread-self/ns/net")
		if err != nil || inside == outside {
			t.Errorf("namespace %q, outside %q, %v", inside, outside, err)
		}
		devices, err := net.Interfaces()
		if err != nil {
			t.Error(err)
		}
		up := map[string]bool{}
		for _, d := range devices {
			up[d.Name] = d.Flags&net.FlagUp != 0
		}
		if !up["lo"] || !up["v0"] || !up["v1"] {
			t.Errorf("devices %v, want lo, v0 and v1 up", devices)
		}
	})
	if after, err := os.Readlink("/proc/thread-self/ns/net"); err != nil || after != outside {
		t.Errorf("after it: namespace %q, want %q, %v", after, outside, err)
	}
}

// A test that ends inside has ended.
func TestNamespaceEndsTheTest(t *testing.T) {
	n := NewNamespace(t)
	onThread(func() {
		n.Do(runtime.Goexit)
		t.Error("Do returned")
	})
	t.Run("skipped", func(t *testing.T) {
		defer func() {
			if !t.Skipped() || t.Failed() {
				t.Errorf("skipped %v, failed %v", t.Skipped(), t.Failed())
			}
		}()
		n.Do(func() { t.Skip("as it should be") })
		t.Error("Do returned")
	})
}

func TestSender(t *testing.T) {
	n := NewNamespace(t)
	n.Veth("v0", "v1")
	n.Run("ip link set v0 mtu 9000", "ip link set v1 mtu 9000")
	var fd int
	n.Do(func() { fd = listen(t, n, "v1") })
	s := n.Sender("v0")
	frame := append([]byte{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5}, bytes.Repeat([]byte{7}, 5000)...)
	s.Send(frame[:60], frame[:1514])
	s.SendOffloaded(frame, Offload{Linear: 14})
	for _, want := range [][]byte{frame[:60], frame[:1514], frame} {
		b := make([]byte, 9100)
		got, err := unix.Read(fd, b)
		if err != nil || !bytes.Equal(b[:got], want) {
			t.Errorf("received %d octets, want the %d sent; %v", got, len(want), err)
		}
	}
	n.Run("ip link set v0 down")
	if err := s.Try(frame[:60]); !errors.Is(err, unix.ENETDOWN) {
		t.Errorf("error %v from a device that is down, want ENETDOWN", err)
	}
}

// listen opens a socket that receives every frame of a device, and gives up after a minute.
func listen(t *testing.T, n *Namespace, device string) int {
	i, err := net.InterfaceByName(device)
	if err != nil {
		t.Fatal(err)
	}
	fd := n.packetSocket(i.Index)
	all := binary.NativeEndian.Uint16([]byte{0, unix.ETH_P_ALL})
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Ifindex: i.Index, Protocol: all}); err != nil {
		t.Fatal(err)
	}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 60}); err != nil {
		t.Fatal(err)
	}
	return fd
}
