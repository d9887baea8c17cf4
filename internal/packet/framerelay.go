package packet

import "github.com/sagflow/sagflow/flowtable"

// The network layer protocol identifiers that lead to IP (RFC 2427 §4).
const (
	nlpidIPv4 = 0xcc
	nlpidIPv6 = 0x8e
	nlpidSNAP = 0x80
)

const nlpidSNAPLen = 6 // NLPID, OUI, type

// frameRelay decodes the encapsulation of RFC 2427, and Cisco's with an ethertype right behind the
// address. The address ends with the octet whose last bit is set.
func (d *Decoder) frameRelay(r rest, p *flowtable.Packet) Verdict {
	n := 0
	for n < len(r.b) && r.b[n]&1 == 0 {
		n++
	}
	r = r.skip(n + 1)
	if len(r.b) < 2 {
		return FrameRelayCut
	}
	if r.b[0] != 3 { // not the control octet of an unnumbered information frame
		return d.etherType(be16(r.b), false, r.skip(2), p)
	}
	r = r.skip(1)
	if r.b[0] == 0 { // padding
		r = r.skip(1)
	}
	if len(r.b) == 0 {
		return FrameRelayCut
	}
	return d.nlpid(r, p)
}

func (d *Decoder) nlpid(r rest, p *flowtable.Packet) Verdict {
	switch {
	case r.b[0] == nlpidIPv4:
		return d.ipv4(r.skip(1), p)
	case r.b[0] == nlpidIPv6:
		return d.ipv6(r.skip(1), p)
	case r.b[0] == nlpidSNAP && len(r.b) >= nlpidSNAPLen && be32(r.b)&0xffffff == 0:
		return d.etherType(be16(r.b[4:]), false, r.skip(nlpidSNAPLen), p)
	}
	return d.with(FrameRelayProtocol, uint32(r.b[0]))
}
