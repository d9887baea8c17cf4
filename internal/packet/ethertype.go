package packet

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/flowtable"
)

const (
	ethernetLen = 14
	vlanLen     = 4
	mplsLen     = 4
	pppoeLen    = 6
)

// The ethertypes that lead to IP (IEEE 802 numbers; RFC 3032 §5, RFC 2516 §4).
const (
	typeIPv4          = 0x0800
	typeIPv6          = 0x86dd
	typeVLAN          = 0x8100
	typeServiceVLAN   = 0x88a8
	typeQinQ          = 0x9100
	typeQinQ2         = 0x9200
	typeQinQ3         = 0x9300
	typeMPLS          = 0x8847
	typeMPLSMulticast = 0x8848
	typePPPoESession  = 0x8864
	minEtherType      = 0x0600 // smaller ones are lengths (IEEE 802.3 §3.2.6)
)

// ethernet decodes Ethernet II and, behind a length, LLC (IEEE 802.3 §3.2.6).
func (d *Decoder) ethernet(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < ethernetLen {
		return EthernetCut
	}
	return d.etherType(be16(r.b[12:]), true, r.skip(ethernetLen), p)
}

// etherType decodes what follows an ethertype, over VLAN tags of any depth. With length, a value
// too small for an ethertype is the length of an LLC frame.
func (d *Decoder) etherType(et uint16, length bool, r rest, p *flowtable.Packet) Verdict {
	if isVLAN(et) {
		var n int
		if et, n = innermost(et, r.b); n > len(r.b) {
			return VLANCut
		}
		p.VLAN = be16(r.b) & 0x0fff // IEEE 802.1Q §9.6: priority 3, DEI 1, VID 12 bits
		r = r.skip(n)
	}
	switch et {
	case typeIPv4:
		return d.ipv4(r, p)
	case typeIPv6:
		return d.ipv6(r, p)
	case typeMPLS, typeMPLSMulticast:
		return d.mpls(et, r, p)
	case typePPPoESession:
		return d.pppoe(r, p)
	}
	if length && et < minEtherType {
		return d.llc(r, p)
	}
	return d.with(EtherType, uint32(et))
}

// innermost returns the ethertype behind the VLAN tags at b, and their length: more than b has where they are cut. Behind
// two of them customer's tags are looked for in fours, but not again after that was in vain: neither ordinary frames nor
// mixed chains pay for it.
func innermost(et uint16, b []byte) (uint16, int) {
	n, fours := 0, true
	for isVLAN(et) {
		if n += vlanLen; n > len(b) {
			break
		}
		if et = be16(b[n-2 : n]); fours && n > vlanLen && et == typeVLAN {
			tags := customerTags(b[n:])
			n += tags
			fours = tags > 0
		}
	}
	return et, n
}

// customerTags returns the length of the tags at b, in fours, whose types are all that of a customer's tag: somebody can
// put hundreds into a frame (180 tags: 165 ns, one at a time 530).
func customerTags(b []byte) int {
	const (
		types = 0x0000ffff_0000ffff // of two tags
		both  = typeVLAN<<32 | typeVLAN
	)
	n := 0
	for ; len(b) >= 4*vlanLen; b = b[4*vlanLen:] {
		differ := (binary.BigEndian.Uint64(b) ^ both) | (binary.BigEndian.Uint64(b[2*vlanLen:]) ^ both)
		if differ&types != 0 {
			break
		}
		n += 4 * vlanLen
	}
	return n
}

func isVLAN(et uint16) bool {
	switch et {
	case typeVLAN, typeServiceVLAN, typeQinQ, typeQinQ2, typeQinQ3:
		return true
	}
	return false
}

// mpls decodes a label stack (RFC 3032 §2.1). It says nothing of its payload: only what looks like
// IP is taken for it, so that a pseudowire with its control word (RFC 4385 §3) is not.
func (d *Decoder) mpls(et uint16, r rest, p *flowtable.Packet) Verdict {
	for bottom := false; !bottom; r = r.skip(mplsLen) {
		if len(r.b) < mplsLen {
			return MPLSCut
		}
		bottom = r.b[2]&1 != 0
	}
	if len(r.b) == 0 {
		return MPLSEmpty
	}
	switch nibble := r.b[0] >> 4; nibble {
	case 4:
		return d.ipv4(r, p)
	case 6:
		return d.ipv6(r, p)
	default:
		return d.with(MPLSPayload, pair(et, uint16(nibble)))
	}
}

// pppoe decodes a PPPoE session frame: version and type 1, code 0 (RFC 2516 §4).
func (d *Decoder) pppoe(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < pppoeLen {
		return PPPoECut
	}
	if r.b[0] != 0x11 || r.b[1] != 0 {
		return d.with(PPPoECode, pair(uint16(r.b[0]), uint16(r.b[1])))
	}
	return d.ppp(false, r.skip(pppoeLen), p)
}
