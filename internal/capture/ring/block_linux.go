package ring

import (
	"encoding/binary"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture"
)

// The LINKTYPE_ values of what a ring hands out (pcap-linktype(7)).
const (
	linkEthernet = 1
	linkRaw      = 101
	linkSLL      = 113
)

const (
	// The header of a block: struct tpacket_block_desc. What a ring uses of it:
	blockHeader = 48
	atStatus    = 8
	atNumber    = 12
	atFirst     = 16

	headerAlignment = 8
	headerLen       = int(unsafe.Sizeof(header{}))
	sllLen          = 16
	atProtocol      = int(unsafe.Offsetof(header{}.link) + unsafe.Offsetof(header{}.link.Protocol))
)

// header is what the kernel writes in front of each frame (linux/if_packet.h).
type header struct {
	unix.Tpacket3Hdr
	link unix.RawSockaddrLinklayer
}

// cursor is a place in a block: where the next frame's header is, and how many frames are left.
type cursor struct{ at, left uint32 }

// openBlock returns a cursor to the first frame of a block that the kernel has handed over.
func openBlock(block []byte) cursor {
	return cursor{at: *word(block, atFirst), left: *word(block, atNumber)}
}

func word(block []byte, at int) *uint32 { return (*uint32)(unsafe.Pointer(&block[at])) }

// walk points frames at those in the block and returns how many it filled. The block begins at a
// multiple of 8 and has at least a header's length. A header that leads out of the block is an
// error: the kernel doesn't write such, and nothing behind it can be found.
func (c *cursor) walk(block []byte, frames []capture.Frame) (int, error) {
	for n := range frames {
		if c.left == 0 {
			return n, nil
		}
		at := int(c.at)
		if uint(at) > uint(len(block)-headerLen) || at%headerAlignment != 0 {
			return n, fmt.Errorf("a frame's header at octet %d of a block of %d", c.at, len(block))
		}
		h := (*header)(unsafe.Pointer(&block[at]))
		begin, length := at+int(h.Mac), int(h.Snaplen)
		if uint(length) > uint(len(block)) || begin+length > len(block) {
			return n, fmt.Errorf("a frame of %d octets at octet %d of a block of %d", h.Snaplen, begin, len(block))
		}
		f := &frames[n]
		f.Data = block[begin : begin+length : begin+length]
		f.Time = int64(h.Sec)*1e9 + int64(h.Nsec)
		f.Length = h.Len
		f.LinkType = linkEthernet
		f.BigEndian = false
		f.Egress = h.link.Pkttype == unix.PACKET_OUTGOING
		f.Tagged = h.Status&unix.TP_STATUS_VLAN_VALID != 0
		f.VLAN = uint16(h.Hv1.Vlan_tci)
		if h.link.Hatype != unix.ARPHRD_ETHER && h.link.Hatype != unix.ARPHRD_LOOPBACK {
			if err := other(h, block[at:], begin+length-at, f); err != nil {
				return n, err
			}
		}
		if c.left--; c.left > 0 { // the last one leads nowhere
			if uint(h.Next_offset) < uint(headerLen) || uint(h.Next_offset) > uint(len(block)) {
				return n + 1, fmt.Errorf("a frame's header %d octets behind another, which has %d", h.Next_offset, headerLen)
			}
			c.at += h.Next_offset
		}
	}
	return len(frames), nil
}

// other makes a frame of a device that isn't Ethernet begin at its network header: what a device has
// in front of it is its own affair. IP comes as it is. Anything else, MPLS in a GRE tunnel say, gets
// a header of LINKTYPE_LINUX_SLL, which says what it is; that is written over what was in front.
// b begins with the frame's header, and the frame ends at octet end of it.
func other(h *header, b []byte, end int, f *capture.Frame) error {
	front := int(h.Net) - int(h.Mac)
	if front < 0 {
		return fmt.Errorf("a frame whose network header at octet %d is in front of its link layer at %d", h.Net, h.Mac)
	}
	f.Length -= min(uint32(front), f.Length)
	begin := min(int(h.Net), end) // cut within the link layer: nothing is left
	protocol := b[atProtocol : atProtocol+2]
	switch binary.BigEndian.Uint16(protocol) {
	case typeIPv4, typeIPv6:
		f.LinkType = linkRaw
	default:
		begin -= sllLen
		if begin < headerLen {
			return fmt.Errorf("a frame that ends at octet %d behind its header", end)
		}
		f.LinkType = linkSLL
		f.Length += sllLen
		cooked := (*[sllLen]byte)(b[begin:])
		*cooked = [sllLen]byte{1: h.link.Pkttype, 14: protocol[0], 15: protocol[1]}
		binary.BigEndian.PutUint16(cooked[2:], h.link.Hatype)
		// The sender's address is left out: nothing looks at it.
	}
	f.Data = b[begin:end:end]
	return nil
}
