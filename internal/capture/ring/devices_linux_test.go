package ring

import (
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/internal/packet"
	"github.com/sagflow/sagflow/internal/testutil"
)

// addDevice makes a device of a kind that not every kernel has: no package can bring it, so that the
// test is skipped there, also in CI.
func addDevice(t *testing.T, n *testutil.Namespace, command string) {
	t.Helper()
	n.Do(func() {
		words := strings.Fields("ip link add " + command)
		out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
		if strings.Contains(string(out), "Unknown device type") || strings.Contains(string(out), "not supported") {
			t.Skipf("\n*** NOT TESTED: this kernel has no devices as of `%s`: %s ***", strings.Join(words, " "), out)
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	})
}

// up sets a device up that says nothing by itself.
func up(n *testutil.Namespace, device string) {
	n.NoIPv6(device)
	n.Run("ip link set " + device + " up")
}

// A VLAN device hands out frames without its tag, at either end and with any tag beneath, and spreads
// them as the device beneath it does.
func TestVLANDevices(t *testing.T) {
	for _, c := range []struct {
		name, outer, inner string
		vlans              map[string]uint16 // by device, what its frames are tagged with
	}{
		{"802.1Q", "proto 802.1Q id 10", "id 20", map[string]uint16{"b0": 0, "a0": 20, "v0": 10, "v1": 10, "a1": 20, "b1": 0}},
		{"802.1ad", "proto 802.1ad id 10", "id 20", map[string]uint16{"b0": 0, "a0": 20, "v0": 10, "v1": 10, "a1": 20, "b1": 0}},
		// The inner device leaves its tag in the frames that it receives.
		{"tag in the frame", "proto 802.1ad id 10", "id 20 reorder_hdr off", map[string]uint16{"b0": 0, "a0": 20, "v0": 10, "v1": 10, "a1": 20, "b1": 20}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := pair(t)
			addDevice(t, n, "link v0 name a0 type vlan "+c.outer)
			addDevice(t, n, "link v1 name a1 type vlan "+c.outer)
			addDevice(t, n, "link a0 name b0 type vlan "+c.inner)
			addDevice(t, n, "link a1 name b1 type vlan "+c.inner)
			for _, d := range []string{"a0", "a1", "b0", "b1"} {
				up(n, d)
			}
			rings := map[string][]*Ring{}
			for d := range c.vlans {
				o := Options{Interface: d, Workers: ringsOfTest}
				if strings.HasSuffix(d, "0") {
					o.Direction = Out
				}
				rings[d] = mustOpen(t, n, o)
			}
			s := n.Sender("b0")
			for _, a := range addressPairs() {
				s.Send(ip(a[0], a[1], 17, 0, false, udp(50)).frame())
			}
			run := machine(t, plainStart, false)
			for d, r := range rings {
				for _, f := range read(t, r, len(addressPairs())) {
					p, v := decode(f.Data)
					if v != packet.Counted || f.LinkType != linkEthernet || f.worker != int(run(bare(&p))%ringsOfTest) {
						t.Errorf("%s: ring %d, link type %d, %v: %x", d, f.worker, f.LinkType, v, f.Data)
					}
					if got := outermost(f, p.VLAN); got != c.vlans[d] {
						t.Errorf("%s: VLAN %d, want %d: tagged %v, %x", d, got, c.vlans[d], f.Tagged, f.Data)
					}
				}
			}
		})
	}
}

// outermost is a frame's outermost VLAN, beside it or in it.
func outermost(f captured, within uint16) uint16 {
	if f.Tagged {
		return f.VLAN & 0xfff
	}
	return within
}

// Tunnels hand out what they carry, and spread it by its addresses; the device beneath spreads it by
// the tunnel's.
func TestTunnelDevices(t *testing.T) {
	for _, c := range []struct {
		name, device string
		protocol     byte
		front        []byte // between the outer and the inner header
		family       string
	}{
		{"GRE", "type gre local 192.0.2.1 remote 192.0.2.2", 47, []byte{0, 0, 8, 0}, "4"},
		{"GRE of IPv6", "type gre local 192.0.2.1 remote 192.0.2.2", 47, []byte{0, 0, 0x86, 0xdd}, "6"},
		{"IPIP", "type ipip local 192.0.2.1 remote 192.0.2.2", 4, nil, "4"},
		{"SIT", "type sit local 192.0.2.1 remote 192.0.2.2", 41, nil, "6"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := pair(t)
			addDevice(t, n, "t0 "+c.device)
			n.Run("ip link set v0 address 02:00:00:00:00:01", "ip addr add 192.0.2.1/24 dev v0", "ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev v0")
			up(n, "t0")
			in := mustOpen(t, n, Options{Interface: "t0", Workers: ringsOfTest})
			out := mustOpen(t, n, Options{Interface: "t0", Direction: Out, Workers: ringsOfTest})
			beneath := mustOpen(t, n, Options{Interface: "v0", Direction: Both, Workers: ringsOfTest})
			far, near := n.Sender("v1"), n.Sender("t0")
			sent := 0
			for _, a := range addressPairs() {
				if strings.Contains(a[0], ":") != (c.family == "6") {
					continue
				}
				inner := ip(a[0], a[1], 17, 0, false, udp(50))
				far.Send(ip("192.0.2.2", "192.0.2.1", c.protocol, 0, false, joined(c.front, inner.octets)).frame())
				near.SendPacket(inner.etherType, inner.octets)
				sent++
			}
			checkTunnel(t, read(t, in, sent), map[string]int{"101 in": sent})
			checkTunnel(t, read(t, out, sent), map[string]int{"101 out": sent})
			used := map[int]bool{}
			for _, f := range read(t, beneath, 2*sent) {
				used[f.worker] = true
			}
			if len(used) > 2 {
				t.Errorf("a tunnel of two addresses, one for each way, is in rings %v", used)
			}
		})
	}
}

// A GRE device with many peers has a header of its own in front of what it sends.
func TestTunnelWithHeader(t *testing.T) {
	n := pair(t)
	addDevice(t, n, "t0 type gre local 192.0.2.1 key 7")
	n.Run("ip addr add 192.0.2.1/24 dev v0", "ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev v0")
	up(n, "t0")
	n.Run("ip addr add 10.9.0.1/24 dev t0")
	out := mustOpen(t, n, Options{Interface: "t0", Direction: Out, Workers: ringsOfTest})
	const sent = 8
	for i := range sent {
		peer := fmt.Sprintf("10.9.0.%d", 2+i)
		n.Run("ip neigh add " + peer + " lladdr 192.0.2.2 dev t0")
		n.Do(func() {
			c, err := net.Dial("udp", peer+":9")
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := c.Write([]byte("0123456789")); err != nil {
				t.Fatal(err)
			}
		})
	}
	frames := read(t, out, sent)
	checkTunnel(t, frames, map[string]int{"101 out": sent})
	for _, f := range frames {
		if f.Length != 38 || len(f.Data) != 38 {
			t.Errorf("%d of %d octets, want the packet's 38", len(f.Data), f.Length)
		}
	}
}
