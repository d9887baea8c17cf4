package ring

import (
	"encoding/binary"
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/packet"
	"github.com/sagflow/sagflow/internal/testutil"
)

const (
	ringsOfTest = 4
	// slowly is a block timeout at which rings have room until all is sent, also on a slow machine.
	slowly = 300 * time.Millisecond
)

// addressPairs are enough to see that rings differ, of both versions.
func addressPairs() (pairs [][2]string) {
	for i := range 6 {
		pairs = append(pairs, [2]string{fmt.Sprintf("192.0.2.%d", i+1), "198.51.100.2"},
			[2]string{"2001:db8::1", fmt.Sprintf("2001:db8:1::%x", i+1)})
	}
	return pairs
}

// The kernel spreads frames by their two addresses alone, whatever they are wrapped in, at the
// sending and at the receiving end, in one piece or not. No key is in two rings.
func TestSpread(t *testing.T) {
	n := pair(t)
	n.Run("ip link set v0 mtu 9000", "ip link set v1 mtu 9000")
	ends := map[string][]*Ring{
		"sent":     mustOpen(t, n, Options{Interface: "v0", Direction: Out, Workers: ringsOfTest, BlockTimeout: slowly}),
		"received": mustOpen(t, n, Options{Interface: "v1", Direction: In, Workers: ringsOfTest, BlockTimeout: slowly}),
		"both":     mustOpen(t, n, Options{Interface: "v1", Direction: Both, Workers: ringsOfTest, BlockTimeout: slowly}),
	}
	s := n.Sender("v0")
	sent := 0
	for _, a := range addressPairs() {
		for _, l := range encapsulations(a[0], a[1]) {
			frame := l.frame()
			s.Send(frame)
			// The same with so much behind it that the kernel keeps it in pieces, the first of which
			// ends with the Ethernet header.
			s.SendOffloaded(append(frame, make([]byte, 6000)...), testutil.Offload{Linear: ethernetHeader})
			sent += 2
		}
	}
	run := machine(t, plainStart, false)
	for end, rings := range ends {
		used := map[int]bool{}
		for _, f := range read(t, rings, sent) {
			p, v := decode(f.Data)
			if v != packet.Counted {
				t.Errorf("%s: decoder: %v: %x", end, v, f.Data[:min(len(f.Data), 80)])
				continue
			}
			if want := int(run(bare(&p)) % ringsOfTest); f.worker != want {
				t.Errorf("%s: ring %d, want %d: %x", end, f.worker, want, f.Data[:min(len(f.Data), 80)])
			}
			used[f.worker] = true
		}
		if len(used) != ringsOfTest {
			t.Errorf("%s: rings %v got frames, want all %d", end, used, ringsOfTest)
		}
	}
}

// What isn't IP comes in ring 0.
func TestSpreadOfTheRest(t *testing.T) {
	n := pair(t)
	rings := mustOpen(t, n, Options{Interface: "v1", Workers: ringsOfTest})
	s := n.Sender("v0")
	for i := range 8 {
		s.Send(layer{0x0806, append(make([]byte, 45), byte(i))}.frame())
		s.Send(layer{60, joined([]byte{0x42, 0x42, 3}, be16(i), make([]byte, 55))}.frame())
		s.Send(layer{60, joined([]byte{0xff, 0xff}, be16(i), make([]byte, 56))}.frame()) // IPX without LLC
	}
	for _, f := range read(t, rings, 24) {
		if f.worker != 0 {
			t.Errorf("ring %d, want 0: %x", f.worker, f.Data)
		}
	}
}

// tun makes a device of IP packets and returns the end at which this process is its network. Each
// packet there begins with four octets: flags, and its ethertype.
func tun(t *testing.T, n *testutil.Namespace) *os.File {
	t.Helper()
	var fd int
	n.Do(func() {
		var err error
		if fd, err = unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0); err != nil {
			testutil.Missing(t, "/dev/net/tun", fmt.Sprintf("Load the module tun (%v).", err))
		}
		request, err := unix.NewIfreq("tun0")
		if err != nil {
			t.Fatal(err)
		}
		request.SetUint16(unix.IFF_TUN)
		if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
			t.Fatal(err)
		}
	})
	f := os.NewFile(uintptr(fd), "tun0")
	t.Cleanup(func() { _ = f.Close() })
	n.NoIPv6("tun0")
	n.Run("ip link set tun0 mtu 9000 up")
	return f
}

// Devices without a link layer hand out IP as it is, and anything else with a header that says what
// it is; they spread both as Ethernet does.
func TestTunnel(t *testing.T) {
	n := testutil.NewNamespace(t)
	far := tun(t, n)
	in := mustOpen(t, n, Options{Interface: "tun0", Workers: ringsOfTest})
	out := mustOpen(t, n, Options{Interface: "tun0", Direction: Out, Workers: ringsOfTest, SnapLength: 100})
	near := n.Sender("tun0")
	for _, a := range addressPairs() {
		whole := ip(a[0], a[1], 17, 0, false, udp(100))
		for _, l := range []layer{whole, whole.labels(3, typeMPLS), whole.tagged(0x8100, 7)} {
			if _, err := far.Write(joined([]byte{0, 0}, be16(int(l.etherType)), l.octets)); err != nil {
				t.Fatal(err)
			}
		}
		near.SendPacket(whole.etherType, whole.octets)
		near.SendOffloaded(append(whole.octets, make([]byte, 6000)...), testutil.Offload{Linear: 60})
	}
	checkTunnel(t, read(t, in, 3*len(addressPairs())), map[string]int{"101 in": 12, "101 in, tagged": 12, "113 in": 12})
	checkTunnel(t, read(t, out, 2*len(addressPairs())), map[string]int{"101 out": 24})
}

// checkTunnel checks frames of a tunnel, of which there are so many by link type, direction and tag.
func checkTunnel(t *testing.T, frames []captured, want map[string]int) {
	t.Helper()
	run := machine(t, plainStart, false)
	d := packet.New(packet.Options{})
	got := map[string]int{}
	for _, f := range frames {
		var p flowtable.Packet
		if v := d.Decode(&f.Frame, &p); v != packet.Counted {
			t.Errorf("decoder: %v: %x", v, f.Data)
			continue
		}
		if want := int(run(bare(&p)) % ringsOfTest); f.worker != want {
			t.Errorf("ring %d, want %d: %x", f.worker, want, f.Data)
		}
		if length := binary.BigEndian.Uint16(f.Data[2:]); f.LinkType == linkRaw && f.Data[0]>>4 == 4 && f.Length < uint32(length) {
			t.Errorf("%d octets, want %d", f.Length, length)
		}
		kind := fmt.Sprint(f.LinkType, " in")
		if f.Egress {
			kind = fmt.Sprint(f.LinkType, " out")
		}
		if f.Tagged && f.VLAN == 7 {
			kind += ", tagged"
		}
		got[kind]++
	}
	for kind, n := range want {
		if got[kind] != n || len(got) != len(want) {
			t.Errorf("frames by link type and direction: %v, want %v", got, want)
		}
	}
}
