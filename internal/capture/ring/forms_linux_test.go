package ring

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/testutil"
)

// untagged is a frame without the tag that the kernel takes out.
func untagged(frame []byte) []byte {
	if et := string(frame[12:14]); et == "\x81\x00" || et == "\x88\xa8" {
		return joined(frame[:12], frame[16:])
	}
	return frame
}

// A tag that is taken out of a frame is beside it, whichever way the frame goes.
func TestTags(t *testing.T) {
	whole := ip("192.0.2.1", "198.51.100.2", 17, 0, false, udp(30))
	n := pair(t)
	// A bridge sends what it received as it has it: with the tag beside the frame.
	n.Veth("w0", "w1")
	n.Run("ip link add b0 type bridge mcast_snooping 0 forward_delay 0", "ip link set v1 master b0", "ip link set w0 master b0")
	n.NoIPv6("b0")
	n.Run("ip link set b0 up")
	for begin := time.Now(); strings.Count(n.Run("bridge link"), "state forwarding") < 2; {
		if time.Since(begin) > patience {
			t.Fatalf("the bridge does not forward: %s", n.Run("bridge link"))
		}
	}
	for _, c := range []struct {
		name   string
		frame  []byte
		tagged bool
		vlan   uint16
	}{
		{"none", whole.frame(), false, 0},
		{"tag", whole.tagged(0x8100, 0xb00a).frame(), true, 0xb00a},
		{"VLAN 0", whole.tagged(0x8100, 0).frame(), true, 0},
		{"QinQ", whole.tagged(0x8100, 10).tagged(0x88a8, 20).frame(), true, 20},
		{"QinQ of old", whole.tagged(0x8100, 10).tagged(0x9100, 20).frame(), false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := mustOpen(t, n, Options{Interface: "v0", Direction: Out})
			in := mustOpen(t, n, Options{Interface: "v1"})
			forwarded := mustOpen(t, n, Options{Interface: "w0", Direction: Out, Workers: 2})
			n.Sender("v0").Send(c.frame)
			if f := read(t, out, 1)[0]; f.Tagged || !bytes.Equal(f.Data, c.frame) {
				t.Errorf("sent: %+v, want the frame as it is", f.Frame)
			}
			for _, rings := range [][]*Ring{in, forwarded} {
				f := read(t, rings, 1)[0]
				if f.Tagged != c.tagged || f.VLAN != c.vlan || !bytes.Equal(f.Data, untagged(c.frame)) || int(f.Length) != len(f.Data) {
					t.Errorf("%+v, want tagged %v, VLAN %#x", f.Frame, c.tagged, c.vlan)
				}
			}
		})
	}
}

// Frames longer than any on a wire come whole: jumbo frames, and those that a card or a kernel with
// offloads hands over for many.
func TestLongFrames(t *testing.T) {
	tcp := make([]byte, 20)
	tcp[12] = 5 << 4
	segments := func(src, dst string, payload int) []byte {
		return ip(src, dst, 6, 0, false, append(tcp, make([]byte, payload)...)).frame()
	}
	for _, c := range []struct {
		name    string
		frame   []byte
		offload testutil.Offload
	}{
		{"jumbo", datagramOf(9000), testutil.Offload{}},
		{"jumbo, in pieces", datagramOf(9000), testutil.Offload{Linear: 14}},
		{"segments", segments("192.0.2.1", "198.51.100.2", 65000), testutil.Offload{Linear: 54, TCP: 34, Segment: 1448}},
		{"segments in IPv6", segments("2001:db8::1", "2001:db8::2", 60000), testutil.Offload{Linear: 74, TCP: 54, Segment: 1428, IPv6: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := pair(t)
			n.Run("ip link set v0 mtu 9000", "ip link set v1 mtu 9000")
			smallest := mustOpen(t, n, Options{Interface: "v1", Size: 2 * MinSize, Workers: 2})
			cut := mustOpen(t, n, Options{Interface: "v1", SnapLength: 100})
			n.Sender("v0").SendOffloaded(c.frame, c.offload)
			f := read(t, smallest, 1)[0]
			if int(f.Length) != len(c.frame) || !bytes.Equal(f.Data, c.frame) {
				t.Errorf("%d of %d octets, want all %d", len(f.Data), f.Length, len(c.frame))
			}
			if f := read(t, cut, 1)[0]; int(f.Length) != len(c.frame) || !bytes.Equal(f.Data, c.frame[:100]) {
				t.Errorf("cut: %d of %d octets, want 100 of %d", len(f.Data), f.Length, len(c.frame))
			}
		})
	}
}

// datagramOf is an Ethernet frame with so many octets behind its header.
func datagramOf(octets int) []byte {
	return ip("192.0.2.1", "198.51.100.2", 17, 0, false, udp(octets-28)).frame()
}
