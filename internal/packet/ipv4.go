package packet

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/flowtable"
)

const (
	ipv4Len = 20

	ipv4MoreFragments  = 0x2000
	ipv4FragmentOffset = 0x1fff
)

// ipv4 decodes a packet from its IPv4 header on (RFC 791 §3.1).
func (d *Decoder) ipv4(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < ipv4Len {
		return IPv4Cut
	}
	h := (*[ipv4Len]byte)(r.b)
	headerLen := int(h[0]&0x0f) << 2
	if h[0]>>4 != 4 || headerLen < ipv4Len {
		return d.ipv4Malformed(h[0])
	}
	end := int(be16(h[2:4]))
	p.Octets = uint64(end)
	if end < headerLen || int64(end) > r.wire {
		if v := d.ipv4Length(headerLen, r.wire, p); v != Counted {
			return v
		}
		if end == 0 {
			end = len(r.b)
		}
	}
	p.IPVersion = 4
	p.ToS = h[1]
	p.Protocol = h[9]
	setIPv4(&p.Src, h[12:16])
	setIPv4(&p.Dst, h[16:20])
	p.SrcPort, p.DstPort, p.TCPFlags = 0, 0, 0
	p.Fragment, p.FragmentID = flowtable.Whole, 0
	if headerLen > len(r.b) {
		d.note(IPv4OptionsCut)
		return Counted
	}
	payload := r.b[headerLen:min(end, len(r.b))]
	if fragment := be16(h[6:8]); fragment&(ipv4MoreFragments|ipv4FragmentOffset) != 0 {
		d.note(IPv4Fragment)
		p.FragmentID = uint32(be16(h[4:6]))
		if fragment&ipv4FragmentOffset != 0 {
			p.Fragment = flowtable.LaterFragment
			return Counted
		}
		p.Fragment = flowtable.FirstFragment
	}
	d.transport(payload, p)
	return Counted
}

// setIPv4 writes all sixteen octets in two stores: the packet is reused, and the last twelve must
// be zero.
func setIPv4(dst *[16]byte, src []byte) {
	binary.LittleEndian.PutUint64(dst[:8], uint64(binary.LittleEndian.Uint32(src)))
	binary.LittleEndian.PutUint64(dst[8:], 0)
}

// ipv4Malformed says what is wrong with the header's first octet.
func (d *Decoder) ipv4Malformed(first byte) Verdict {
	if first>>4 != 4 {
		return d.with(IPv4Version, uint32(first>>4))
	}
	return d.with(IPv4HeaderLength, uint32(first&0x0f)<<2)
}

// ipv4Length decides on a total length, in p.Octets, that is under the header length or past the
// frame. Zero is what segmentation offload leaves where the length does not fit 16 bits.
func (d *Decoder) ipv4Length(headerLen int, wire int64, p *flowtable.Packet) Verdict {
	switch {
	case p.Octets >= uint64(headerLen):
		if d.options.Strict {
			return IPv4PastFrame
		}
		d.note(PastFrame)
		return Counted
	case p.Octets != 0:
		return d.with(IPv4TotalLength, uint32(p.Octets))
	case d.options.RejectZeroLength || wire <= int64(headerLen):
		return IPv4TotalZero
	}
	d.note(IPv4ZeroLength)
	p.Octets = uint64(wire)
	return Counted
}
