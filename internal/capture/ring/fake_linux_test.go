package ring

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// fake is a frame as the kernel writes it into a block.
type fake struct {
	data     []byte
	length   int // on the wire; 0: as long as data
	sec      uint32
	nsec     uint32
	hardware uint16 // ARPHRD_; 0 is Ethernet
	protocol uint16
	outgoing bool
	tci      int // of a tag that was taken out; -1 is none
	front    int // octets in front of the network header
}

// ethernet is a fake frame of an Ethernet device.
func ethernet(data []byte) fake { return fake{data: data, tci: -1, front: ethernetHeader} }

// aligned returns memory that begins as the kernel's pages do, at a multiple of 8 at least.
func aligned(size int) []byte {
	words := make([]uint64, size/8)
	return unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), size)
}

// fill writes frames into a block, as tpacket_rcv and prb_close_block do (net/packet/af_packet.c),
// and hands it over. It returns how many had room.
func fill(block []byte, frames ...fake) int {
	clear(block[:blockHeader])
	at := blockHeader
	last := -1
	n := 0
	for _, f := range frames {
		if f.hardware == 0 {
			f.hardware = unix.ARPHRD_ETHER
		}
		if f.length == 0 {
			f.length = len(f.data)
		}
		network := (headerLen + max(f.front, 16) + 15) &^ 15
		mac := network - f.front
		size := (mac + len(f.data) + 7) &^ 7
		if at+size >= len(block) {
			break
		}
		h := (*header)(unsafe.Pointer(&block[at]))
		*h = header{}
		h.Next_offset, h.Sec, h.Nsec = uint32(size), f.sec, f.nsec
		h.Snaplen, h.Len, h.Mac, h.Net = uint32(len(f.data)), uint32(f.length), uint16(mac), uint16(network)
		h.Status = unix.TP_STATUS_USER
		if f.tci >= 0 {
			h.Status |= unix.TP_STATUS_VLAN_VALID | unix.TP_STATUS_VLAN_TPID_VALID
			h.Hv1.Vlan_tci, h.Hv1.Vlan_tpid = uint32(f.tci), 0x8100
		}
		h.link.Family, h.link.Hatype, h.link.Protocol = unix.AF_PACKET, f.hardware, networkOrder(f.protocol)
		if f.outgoing {
			h.link.Pkttype = unix.PACKET_OUTGOING
		}
		copy(block[at+mac:], f.data)
		last = at
		at += size
		n++
	}
	if last >= 0 {
		binary.NativeEndian.PutUint32(block[last:], 0)
	}
	*word(block, atFirst) = blockHeader
	*word(block, atNumber) = uint32(n)
	*word(block, atStatus) = unix.TP_STATUS_USER
	return n
}
