package flowtable

import "net/netip"

// Record is one ended flow: what is exported. It holds no pointers and owns all its bytes.
type Record struct {
	// Src and Dst are the flow's addresses; IPv4 in the first four octets, the rest zero.
	Src, Dst [16]byte
	// Packets and Octets count the flow's packets and their layer-3 octets.
	Packets, Octets uint64
	// First and Last are the smallest and largest time of the record's packets, in nanoseconds
	// since 1970.
	First, Last int64
	// Input and Output are the ifIndex of the ingress and egress interface, 0 where not known.
	Input, Output uint32
	// SrcPort and DstPort are the ports; ICMP has type*256+code as its DstPort.
	SrcPort, DstPort uint16
	// VLAN is the VLAN id, 0 unless it is part of the key.
	VLAN uint16
	// IPVersion is 4 or 6.
	IPVersion uint8
	// Protocol is the IP protocol number.
	Protocol uint8
	// ToS is that of the record's first packet in the order of the input.
	ToS uint8
	// TCPFlags is the OR of the flags of all the record's packets.
	TCPFlags uint8
	// Direction is the side of the interface on which the flow was seen.
	Direction Direction
	// Reason says why the record ended.
	Reason EndReason
}

// SrcAddr returns the source address.
func (r *Record) SrcAddr() netip.Addr { return addr(&r.Src, r.IPVersion) }

// DstAddr returns the destination address.
func (r *Record) DstAddr() netip.Addr { return addr(&r.Dst, r.IPVersion) }

func addr(b *[16]byte, version uint8) netip.Addr {
	if version == 4 {
		return netip.AddrFrom4([4]byte(b[:4]))
	}
	return netip.AddrFrom16(*b)
}

// FirstMilliseconds returns First in milliseconds since 1970, rounded down.
func (r *Record) FirstMilliseconds() int64 { return floorDiv(r.First, 1e6) }

// LastMilliseconds returns Last in milliseconds since 1970, rounded down.
func (r *Record) LastMilliseconds() int64 { return floorDiv(r.Last, 1e6) }

// floorDiv rounds towards minus infinity, so that times before 1970 keep their order.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
