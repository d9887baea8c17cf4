package ring

import (
	"encoding/binary"
	"net/netip"
)

// layer is what a frame holds from some header on, and the ethertype that leads there.
type layer struct {
	etherType uint16
	octets    []byte
}

func be16(n int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(n)) }

func joined(parts ...[]byte) (all []byte) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// frame is an Ethernet frame.
func (l layer) frame() []byte {
	return joined([]byte{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2}, be16(int(l.etherType)), l.octets)
}

// tagged puts a VLAN tag in front.
func (l layer) tagged(tpid uint16, tci int) layer {
	return layer{tpid, joined(be16(tci), be16(int(l.etherType)), l.octets)}
}

// snap puts LLC and SNAP headers in front; the ethertype is a length then.
func (l layer) snap(organisation byte) layer {
	b := joined([]byte{0xaa, 0xaa, 3, 0, 0, organisation}, be16(int(l.etherType)), l.octets)
	return layer{uint16(min(len(b), minEtherType-1)), b}
}

// labels puts an MPLS stack in front.
func (l layer) labels(n int, etherType uint16) layer {
	b := l.octets
	for i := range n {
		label := []byte{byte(i), 0x40, 0x10, 64} // 4 in front: what isn't the bottom could be taken for IP
		if i == 0 {
			label[2] |= 1
		}
		b = joined(label, b)
	}
	return layer{etherType, b}
}

// pppoe puts a PPPoE session in front, with a PPP protocol of one octet if short.
func (l layer) pppoe(short bool) layer {
	protocol := map[uint16]int{typeIPv4: pppIPv4, typeIPv6: pppIPv6, typeMPLS: pppMPLS, typeMPLSMulticast: pppMPLSMulticast}[l.etherType]
	p := be16(protocol)
	if short && protocol < 256 {
		p = p[1:]
	}
	return layer{typePPPoE, joined([]byte{0x11, 0, 0, 1}, be16(len(p)+len(l.octets)), p, l.octets)}
}

// ip is a packet of either version. Its fragment is at the offset, in 8 octets; more says that others
// follow.
func ip(src, dst string, protocol byte, offset int, more bool, payload []byte) layer {
	s, d := netip.MustParseAddr(src), netip.MustParseAddr(dst)
	if s.Is4() {
		field := offset
		if more {
			field |= 0x2000
		}
		header := joined([]byte{0x45, 0}, be16(20+len(payload)), be16(77), be16(field), []byte{64, protocol, 0, 0},
			s.AsSlice(), d.AsSlice())
		binary.BigEndian.PutUint16(header[10:], checksum(header)) // a bridge drops packets without
		return layer{typeIPv4, append(header, payload...)}
	}
	if offset > 0 || more {
		field := offset << 3
		if more {
			field |= 1
		}
		payload = joined([]byte{protocol, 0}, be16(field), []byte{0, 0, 0, 77}, payload)
		protocol = 44
	}
	return layer{typeIPv6, joined([]byte{0x60, 0, 0, 0}, be16(len(payload)), []byte{protocol, 64}, s.AsSlice(), d.AsSlice(), payload)}
}

// checksum is that of an IPv4 header (RFC 1071).
func checksum(header []byte) uint16 {
	sum := uint32(0)
	for i := 0; i < len(header); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(header[i:]))
	}
	sum = sum&0xffff + sum>>16
	return ^uint16(sum + sum>>16)
}

// udp is a datagram's header and some payload.
func udp(payload int) []byte {
	return joined(be16(5000), be16(53), be16(8+payload), be16(0), make([]byte, payload))
}
