package ring

import (
	"encoding/binary"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture"
)

// The kernel's structures have fixed places (linux/if_packet.h).
func TestLayout(t *testing.T) {
	var b unix.TpacketBlockDesc
	var v1 unix.TpacketHdrV1
	hdr := unsafe.Offsetof(b.Hdr)
	got := []int{
		int(unsafe.Sizeof(b)), int(hdr + unsafe.Offsetof(v1.Block_status)), int(hdr + unsafe.Offsetof(v1.Num_pkts)),
		int(hdr + unsafe.Offsetof(v1.Offset_to_first_pkt)), headerLen, atProtocol,
	}
	if diff := cmp.Diff([]int{blockHeader, atStatus, atNumber, atFirst, 68, 50}, got); diff != "" {
		t.Error(diff)
	}
}

// walkAll walks a block to its end.
func walkAll(block []byte, batch int) (all []capture.Frame, err error) {
	frames := make([]capture.Frame, batch)
	for c := openBlock(block); c.left > 0 && err == nil; {
		var n int
		n, err = c.walk(block, frames)
		all = append(all, frames[:n]...)
	}
	return all, err
}

func TestWalk(t *testing.T) {
	payload := ip("192.0.2.1", "198.51.100.2", 17, 0, false, udp(10))
	packet := func(hardware, protocol uint16, front int) fake {
		data := append(make([]byte, front), payload.octets...)
		return fake{data: data, hardware: hardware, protocol: protocol, front: front, tci: -1}
	}
	cooked := func(outgoing byte, hardware, protocol int) []byte {
		return joined([]byte{0, outgoing}, be16(hardware), make([]byte, 10), be16(protocol), payload.octets)
	}
	n := uint32(len(payload.octets))
	whole := ethernet(payload.frame())
	sent, tagged, priority, cut, stamped := whole, whole, whole, whole, whole
	sent.outgoing = true
	tagged.tci, priority.tci = 0xe00a, 0
	cut.data, cut.length = whole.data[:20], 70000
	stamped.sec, stamped.nsec = 1<<32-1, 999_999_999
	loopback := whole
	loopback.hardware = unix.ARPHRD_LOOPBACK
	labelled := packet(unix.ARPHRD_IPGRE, typeMPLS, 24)
	labelled.outgoing = true
	within := packet(unix.ARPHRD_IPGRE, typeIPv4, 24)
	within.data, within.length = within.data[:10], 90
	for _, c := range []struct {
		name string
		fake fake
		want capture.Frame
	}{
		{"Ethernet", whole, capture.Frame{Data: whole.data, Length: 14 + n, LinkType: 1}},
		{"loopback", loopback, capture.Frame{Data: whole.data, Length: 14 + n, LinkType: 1}},
		{"sent", sent, capture.Frame{Data: whole.data, Length: 14 + n, LinkType: 1, Egress: true}},
		{"tagged", tagged, capture.Frame{Data: whole.data, Length: 14 + n, LinkType: 1, Tagged: true, VLAN: 0xe00a}},
		{"tag of priority 0 and VLAN 0", priority, capture.Frame{Data: whole.data, Length: 14 + n, LinkType: 1, Tagged: true}},
		{"cut", cut, capture.Frame{Data: whole.data[:20], Length: 70000, LinkType: 1}},
		{"latest time", stamped, capture.Frame{Data: whole.data, Length: 14 + n, LinkType: 1, Time: 4294967295_999_999_999}},
		{"empty", ethernet(nil), capture.Frame{Data: []byte{}, LinkType: 1}},
		{"IPv4 of a tunnel", packet(unix.ARPHRD_NONE, typeIPv4, 0), capture.Frame{Data: payload.octets, Length: n, LinkType: 101}},
		{"IPv6 of a tunnel", packet(unix.ARPHRD_TUNNEL6, typeIPv6, 0), capture.Frame{Data: payload.octets, Length: n, LinkType: 101}},
		{"IPv4 behind a header", packet(unix.ARPHRD_IPGRE, typeIPv4, 24), capture.Frame{Data: payload.octets, Length: n, LinkType: 101}},
		{"MPLS of a tunnel", packet(unix.ARPHRD_PPP, typeMPLS, 0), capture.Frame{Data: cooked(0, unix.ARPHRD_PPP, typeMPLS), Length: n + 16, LinkType: 113}},
		{"MPLS behind a header", labelled, capture.Frame{Data: cooked(4, unix.ARPHRD_IPGRE, typeMPLS), Length: n + 16, LinkType: 113, Egress: true}},
		{"cut in the header in front", within, capture.Frame{Data: []byte{}, Length: 66, LinkType: 101}},
	} {
		t.Run(c.name, func(t *testing.T) {
			block := aligned(minBlock)
			fill(block, whole, c.fake, whole)
			got, err := walkAll(block, 2)
			if err != nil || len(got) != 3 {
				t.Fatalf("%d frames, %v; want 3", len(got), err)
			}
			if diff := cmp.Diff(c.want, got[1]); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(got[0], got[2]); diff != "" {
				t.Errorf("frames beside it: %s", diff)
			}
		})
	}
}

// Nothing of what was in the caller's frame before stays.
func TestWalkWritesEveryField(t *testing.T) {
	block := aligned(minBlock)
	fill(block, ethernet(make([]byte, 60)))
	frames := []capture.Frame{{Data: []byte{1}, Time: 1, Length: 1, LinkType: 2, BigEndian: true, Egress: true, Tagged: true, VLAN: 9}}
	c := openBlock(block)
	if _, err := c.walk(block, frames); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(capture.Frame{Data: make([]byte, 60), Length: 60, LinkType: 1}, frames[0]); diff != "" {
		t.Error(diff)
	}
}

// A frame's octets end where it ends, so that appending to them doesn't reach the next one.
func TestWalkLimitsOctets(t *testing.T) {
	block := aligned(minBlock)
	n := fill(block, ethernet(make([]byte, 60)), ethernet(make([]byte, 61)))
	got, err := walkAll(block, n)
	if err != nil || cap(got[0].Data) != 60 || cap(got[1].Data) != 61 {
		t.Errorf("capacities %d and %d, %v", cap(got[0].Data), cap(got[1].Data), err)
	}
}

func TestWalkWrongHeaders(t *testing.T) {
	const second = blockHeader + 144 // of frames of 60 octets
	for _, c := range []struct {
		name   string
		damage func(block []byte, h *header)
		frames int
		want   string
	}{
		{"first behind the block", func(b []byte, _ *header) { *word(b, atFirst) = minBlock }, 0, "a frame's header at octet 131072 of a block of 131072"},
		{"first at its end", func(b []byte, _ *header) { *word(b, atFirst) = minBlock - 64 }, 0, "a frame's header at octet 131008"},
		{"first far away", func(b []byte, _ *header) { *word(b, atFirst) = 1<<32 - 8 }, 0, "a frame's header at octet 4294967288"},
		{"first not aligned", func(b []byte, _ *header) { *word(b, atFirst) = 52 }, 0, "a frame's header at octet 52"},
		{"too many", func(b []byte, _ *header) { *word(b, atNumber) = 4 }, 3, "a frame's header 0 octets behind another"},
		{"next in itself", func(_ []byte, h *header) { h.Next_offset = 64 }, 2, "a frame's header 64 octets behind another, which has 68"},
		{"next far away", func(_ []byte, h *header) { h.Next_offset = 1<<32 - 144 }, 2, "a frame's header 4294967152 octets"},
		{"next not aligned", func(_ []byte, h *header) { h.Next_offset = 153 }, 2, "a frame's header at octet 345"},
		{"next behind the block", func(_ []byte, h *header) { h.Next_offset = minBlock }, 2, "a frame's header at octet 131264"},
		{"longer than the block", func(_ []byte, h *header) { h.Snaplen = minBlock }, 1, "a frame of 131072 octets at octet 274 of a block of 131072"},
		{"longest", func(_ []byte, h *header) { h.Snaplen = 1<<32 - 1 }, 1, "a frame of 4294967295 octets"},
		{"link layer behind the block", func(b []byte, h *header) { h.Mac, h.Snaplen = 65535, minBlock-second-65535+1 }, 1, "a frame of 65346 octets at octet 65727"},
		{"network in front of link", func(_ []byte, h *header) { h.link.Hatype, h.Net = unix.ARPHRD_PPP, h.Mac-1 }, 1, "in front of its link layer"},
		{"no room for a header", func(_ []byte, h *header) { h.link.Hatype, h.Mac, h.Net, h.Snaplen = unix.ARPHRD_PPP, 0, 83, 100 }, 1, "ends at octet 100"},
	} {
		t.Run(c.name, func(t *testing.T) {
			block := aligned(minBlock)
			fill(block, ethernet(make([]byte, 60)), ethernet(make([]byte, 60)), ethernet(make([]byte, 60)))
			c.damage(block, (*header)(unsafe.Pointer(&block[second])))
			got, err := walkAll(block, 64)
			if len(got) != c.frames || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%d frames and error %v, want %d and %q", len(got), err, c.frames, c.want)
			}
		})
	}
}

// FuzzWalk walks blocks of any octets: all frames lie in the block, behind their headers.
func FuzzWalk(f *testing.F) {
	block := aligned(1024)
	tunnel := ip("192.0.2.1", "198.51.100.2", 17, 0, false, nil).octets
	fill(block, ethernet(make([]byte, 60)), fake{data: tunnel, hardware: unix.ARPHRD_NONE, protocol: typeIPv4, tci: 7},
		fake{data: tunnel, hardware: unix.ARPHRD_PPP, protocol: typeMPLS, tci: -1, front: 24})
	f.Add(block, uint16(3))
	f.Add(block[:200], uint16(1))
	f.Fuzz(func(t *testing.T, b []byte, batch uint16) {
		block := aligned(max(len(b), headerLen)/8*8 + 8)
		copy(block, b)
		// Most octets at random are no header at all: begin with one that is near.
		binary.NativeEndian.PutUint32(block[atFirst:], *word(block, atFirst)%uint32(len(block)))
		begin, end := uintptr(unsafe.Pointer(&block[0])), uintptr(len(block))
		frames := make([]capture.Frame, batch%64+1)
		for c := openBlock(block); c.left > 0; {
			n, err := c.walk(block, frames)
			for _, frame := range frames[:n] {
				at := uintptr(unsafe.Pointer(unsafe.SliceData(frame.Data))) - begin
				if at > end || at+uintptr(len(frame.Data)) > end {
					t.Fatalf("%d octets at %d of a block of %d", len(frame.Data), at, end)
				}
			}
			if err != nil {
				return
			}
			if n == 0 {
				t.Fatal("neither a frame nor an error")
			}
		}
	})
}
