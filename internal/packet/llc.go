package packet

import "github.com/sagflow/sagflow/flowtable"

const (
	llcLen  = 3
	snapLen = 8 // LLC header, OUI, type

	fddiLen      = 13
	tokenRingLen = 14
)

// ieee802 decodes the link types whose frames hold an LLC header.
func (d *Decoder) ieee802(lt uint32, r rest, p *flowtable.Packet) Verdict {
	switch lt {
	case linkFDDI:
		return d.llc(r.skip(fddiLen), p)
	case linkTokenRing:
		return d.tokenRing(r, p)
	default:
		return d.llc(r, p)
	}
}

// tokenRing decodes IEEE 802.5: the source address's first bit announces routing information,
// whose first octet has its length in the low five bits.
func (d *Decoder) tokenRing(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < tokenRingLen {
		return TokenRingCut
	}
	n := tokenRingLen
	if r.b[8]&0x80 != 0 && len(r.b) > tokenRingLen {
		n += int(r.b[14] & 0x1f)
	}
	return d.llc(r.skip(n), p)
}

// llc decodes an LLC header (IEEE 802.2): SNAP, or the IP service access point (RFC 948).
func (d *Decoder) llc(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < llcLen {
		return LLCShort
	}
	switch {
	case r.b[0] == 0xaa && r.b[1] == 0xaa && r.b[2] == 3:
		return d.snap(r, p)
	case r.b[0] == 0x06 && r.b[1] == 0x06 && r.b[2] == 3:
		return d.ipv4(r.skip(llcLen), p)
	}
	return d.with(LLCProtocol, uint32(r.b[0]))
}

// snap decodes a SNAP header (RFC 1042; the OUI 00-00-F8 is that of IEEE 802.1H bridges).
func (d *Decoder) snap(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < snapLen {
		return SNAPCut
	}
	oui := be32(r.b[2:]) & 0xffffff
	if oui != 0 && oui != 0xf8 {
		return d.with(SNAPOrganisation, oui)
	}
	et := be16(r.b[6:])
	if et < minEtherType {
		return d.with(SNAPType, uint32(et))
	}
	return d.etherType(et, false, r.skip(snapLen), p)
}
