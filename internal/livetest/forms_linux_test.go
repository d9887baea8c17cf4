package livetest

import (
	"encoding/binary"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/testutil"
)

// hows are the ways of capture that must give the same records.
func hows() []string { return []string{"workers: 1", "workers: 2", "capture: gopacket"} }

// long are frames of many lengths up to the longest: datagrams, segments and fragments of IPv4 and IPv6, each of another
// source.
func long() [][]byte {
	var all [][]byte
	for i, n := range []int{1500, 1501, 4096, 9000, 9001, 32768, 65000, 65535} {
		four := make([]byte, 14+n)
		copy(four, append(ethernet(nil, typeIPv4), 0x45, 0, byte(n>>8), byte(n), 0, byte(i), 0, 0, 64, udp4, 0, 0, 10, 0, 0, byte(i), 198, 51, 100, 7, 3, 232, 0, 53))
		fragment := slices.Clone(four)
		fragment[20], fragment[29] = 0x20, byte(100+i) // more follow
		later := slices.Clone(fragment)
		later[20], later[21] = 0, 100
		six := make([]byte, 14+n)
		copy(six, append(ethernet(nil, typeIPv6), 0x60, 0, 0, 0, byte((n-40)>>8), byte(n-40), tcp, 64, 0x20, 1, 0xd, 0xb8, byte(i)))
		copy(six[38:], []byte{0x20, 1, 0xd, 0xb8, 15: 7, 16: 3, 17: 232, 18: 1, 19: 187, 28: 0x50, 29: 0x18})
		all = append(all, four, fragment, later, six)
	}
	return all
}

// Jumbo frames, up to the longest that an interface takes, in one piece in memory or in many, are counted as the oracle
// counts them.
func TestLongFramesLive(t *testing.T) {
	for _, how := range hows() {
		for _, linear := range []int{0, 14} {
			t.Run(fmt.Sprintf("%s, linear %d", how, linear), func(t *testing.T) {
				ns := testutil.NewNamespace(t)
				ns.Veth("v0", "v1")
				ns.Run(fmt.Sprintf("ip link set v0 mtu %d", mtu), fmt.Sprintf("ip link set v1 mtu %d", mtu))
				listen(t, ns)
				d := start(t, ns, 1, "interfaces: [v1]\n"+how)
				from, frames := ns.Sender("v0"), long()
				for _, f := range frames {
					if linear > 0 && len(f) < mtu { // the kernel takes these with a header of its own in front
						from.SendOffloaded(f, testutil.Offload{Linear: linear})
					} else {
						from.Send(f)
					}
				}
				d.untilRead(uint64(len(frames)))
				_, records := d.finish()
				checkTruth(t, truthOf(t, frames), records)
			})
		}
	}
}

// tagsOf are the tags of test frames, outermost first: ethertype and number.
func tagsOf() map[string][][2]uint16 {
	return map[string][][2]uint16{
		"none":              nil,
		"802.1Q":            {{0x8100, 10}},
		"priority":          {{0x8100, 0xe000}},
		"with priority":     {{0x8100, 0xb00b}},
		"802.1ad":           {{0x88a8, 12}},
		"QinQ":              {{0x88a8, 20}, {0x8100, 13}},
		"802.1Q twice":      {{0x8100, 21}, {0x8100, 14}},
		"QinQ of old":       {{0x9100, 22}, {0x8100, 15}},
		"three":             {{0x88a8, 23}, {0x88a8, 24}, {0x8100, 16}},
		"the largest":       {{0x8100, 4095}},
		"QinQ, outermost 0": {{0x88a8, 0}, {0x8100, 17}},
	}
}

// checked puts the header's checksum into a frame of IPv4: a bridge may look at it (br_netfilter).
func checked(f []byte) []byte {
	var sum uint32
	for i := 14; i < 34; i += 2 {
		sum += uint32(binary.BigEndian.Uint16(f[i:]))
	}
	binary.BigEndian.PutUint16(f[24:], ^uint16(sum>>16+sum&0xffff))
	return f
}

// tagsFrames are two packets of one flow for each of the tags, over IPv4 and IPv6, and the VLAN that each flow is in.
func tagsFrames() (frames [][]byte, vlans map[string]uint16) {
	vlans = map[string]uint16{}
	for i, name := range slices.Sorted(maps.Keys(tagsOf())) {
		front := ethernet(nil, 0)[:12]
		for _, tag := range tagsOf()[name] {
			front = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(front, tag[0]), tag[1])
		}
		four := append(append(slices.Clone(front), 8, 0), checked(udp(byte(i)))[14:]...)
		six := append(slices.Clone(front), 0x86, 0xdd, 0x60, 0, 0, 0, 0, 8, udp4, 64, 0x20, 1, 0xd, 0xb8, byte(i))
		six = append(six, make([]byte, 43)...)
		six[len(six)-5] = 9
		frames = append(frames, four, six, four, six)
		for _, source := range []netip.Addr{netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}), netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, byte(i)})} {
			vlans[source.String()] = 0
			if tags := tagsOf()[name]; tags != nil {
				vlans[source.String()] = tags[0][1] & 0xfff
			}
		}
	}
	return frames, vlans
}

// The outermost tag is the key's, whether the kernel leaves it in the frame or hands it over beside it, as what a card
// takes out; the rest is as the oracle has it.
func TestTagsLive(t *testing.T) {
	testutil.Programs(t, "ethtool")
	for _, how := range hows() {
		for _, c := range []struct{ name, device, direction, offload string }{
			{"received", "v1", "in", ""},
			{"sent", "v0", "out", ""},
			// A bridge sends what it received as it has it, with the tag beside the frame: a device without the
			// offload has it put back.
			{"forwarded, beside the frame", "w0", "out", "on"},
			{"forwarded, in the frame", "w0", "out", "off"},
		} {
			t.Run(how+", "+c.name, func(t *testing.T) {
				ns := testutil.NewNamespace(t)
				ns.Veth("v0", "v1")
				if c.offload != "" {
					bridged(t, ns, c.offload)
				}
				listen(t, ns)
				d := start(t, ns, 1, fmt.Sprintf("interfaces: [%s]\ndirection: %s\nkey: [vlan]\n%s", c.device, c.direction, how))
				frames, vlans := tagsFrames()
				ns.Sender("v0").Send(frames...)
				d.untilRead(uint64(len(frames)))
				_, records := d.finish()
				checkTruth(t, truthOf(t, frames), records)
				got := map[string]uint16{}
				for _, r := range records {
					got[r.Src] = r.VLAN
				}
				if diff := cmp.Diff(vlans, got); diff != "" {
					t.Errorf("VLANs by source: want -, got +:\n%s", diff)
				}
			})
		}
	}
}

// bridged makes a bridge of v1 and one end of another pair, w0, which has the offload of tags or not.
func bridged(t *testing.T, ns *testutil.Namespace, offload string) {
	t.Helper()
	ns.Veth("w0", "w1")
	ns.Run("ip link add b0 type bridge mcast_snooping 0 forward_delay 0", "ip link set v1 master b0", "ip link set w0 master b0")
	ns.NoIPv6("b0")
	ns.Run("ip link set b0 up", "ethtool -K w0 tx-vlan-offload "+offload+" tx-vlan-stag-hw-insert "+offload)
	for strings.Count(ns.Run("bridge link"), "state forwarding") < 2 {
		if t.Context().Err() != nil {
			t.Fatal("the bridge does not forward")
		}
	}
}
