package packet

import "github.com/sagflow/sagflow/flowtable"

// The PPP protocols that lead to IP (RFC 1332 §2, RFC 5072 §3, RFC 3032 §4.3).
const (
	pppIPv4          = 0x0021
	pppIPv6          = 0x0057
	pppMPLS          = 0x0281
	pppMPLSMulticast = 0x0283
)

const hdlcLen = 4 // address, control, protocol

// serial decodes the link types of serial lines.
func (d *Decoder) serial(lt uint32, r rest, p *flowtable.Packet) Verdict {
	switch lt {
	case linkPPPPPPD:
		return d.ppp(false, r.skip(2), p) // direction, and an octet of padding
	case linkPPPDirection:
		return d.ppp(true, r.skip(1), p)
	case linkPPPHDLC, linkCiscoHDLC:
		return d.hdlc(lt, r, p)
	case linkPPPoE:
		return d.pppoe(r, p)
	default:
		return d.ppp(true, r, p)
	}
}

// ppp decodes a PPP frame. With framing, the HDLC address and control octets may come first
// (RFC 1662 §3.1). The protocol has one octet where that is odd (RFC 1661 §2).
func (d *Decoder) ppp(framing bool, r rest, p *flowtable.Packet) Verdict {
	if framing && len(r.b) >= 2 && r.b[0] == 0xff && r.b[1] == 3 {
		r = r.skip(2)
	}
	if len(r.b) > 0 && r.b[0]&1 != 0 {
		return d.pppProtocol(uint16(r.b[0]), r.skip(1), p)
	}
	if len(r.b) < 2 {
		return PPPCut
	}
	return d.pppProtocol(be16(r.b), r.skip(2), p)
}

func (d *Decoder) pppProtocol(protocol uint16, r rest, p *flowtable.Packet) Verdict {
	switch protocol {
	case pppIPv4:
		return d.ipv4(r, p)
	case pppIPv6:
		return d.ipv6(r, p)
	case pppMPLS, pppMPLSMulticast:
		return d.mpls(typeMPLS, r, p)
	}
	return d.with(PPPProtocol, uint32(protocol))
}

// hdlc decodes Cisco HDLC, whose protocol is an ethertype behind the address octet 0x0f (unicast)
// or 0x8f (broadcast), and PPP in HDLC framing (RFC 1662 §3.1): both occur under both link types.
func (d *Decoder) hdlc(lt uint32, r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < hdlcLen {
		return HDLCCut
	}
	if lt == linkPPPHDLC && r.b[0] != 0x0f && r.b[0] != 0x8f {
		return d.ppp(true, r, p)
	}
	if lt == linkCiscoHDLC && r.b[0] == 0xff && r.b[1] == 3 {
		return d.ppp(true, r, p)
	}
	return d.etherType(be16(r.b[2:]), false, r.skip(hdlcLen), p)
}
