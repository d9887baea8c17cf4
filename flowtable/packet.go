package flowtable

// Fragment says which part of a fragmented datagram a packet carries.
type Fragment uint8

// The three cases of RFC 791 §3.2 and RFC 8200 §4.5. An IPv6 "atomic" fragment (offset 0, no more
// fragments) is a whole datagram.
const (
	Whole         Fragment = iota // not fragmented
	FirstFragment                 // offset 0, more to come: it has the transport header
	LaterFragment                 // any other: no transport header
)

// Direction is the side on which an interface saw a packet, as IPFIX element 61 counts it.
type Direction uint8

// The values of IPFIX flowDirection (61).
const (
	Ingress Direction = 0
	Egress  Direction = 1
)

// Packet is what the flow table needs to know of one IP packet: the decoder's result, without
// pointers. All numbers are in host order; addresses are in network order.
type Packet struct {
	// Time is the capture time in nanoseconds since 1970, within ±MaxTime.
	Time int64
	// Octets is the layer-3 length: IPv4 total length, IPv6 40 + payload length.
	Octets uint64
	// Src and Dst are the addresses of the outermost IP header. IPv4 addresses stand in the first
	// four octets; the other twelve must be zero.
	Src, Dst [16]byte
	// FragmentID is the identification of the datagram, where Fragment is not Whole.
	FragmentID uint32
	// Interface is the ifIndex of the capturing interface, 0 where there is none (files).
	Interface uint32
	// SrcPort and DstPort are the transport ports; ICMP has type*256+code as its DstPort.
	SrcPort, DstPort uint16
	// VLAN is the VLAN id (12 bits) of the outermost tag, 0 where there is none.
	VLAN uint16
	// IPVersion is 4 or 6.
	IPVersion uint8
	// Protocol is the IP protocol, or the last IPv6 next header that could be read.
	Protocol uint8
	// ToS is the IPv4 type of service or the IPv6 traffic class.
	ToS uint8
	// TCPFlags is octet 13 of the TCP header, 0 for all else.
	TCPFlags uint8
	// Fragment says whether the packet is a fragment.
	Fragment Fragment
	// Direction is the side of the interface, Ingress in files.
	Direction Direction
}

// MaxTime is the largest distance of a packet time from 1970, in nanoseconds (about 146 years),
// chosen so that the difference of any two times fits an int64.
const MaxTime = int64(1)<<62 - 1
