package packet

import "github.com/sagflow/sagflow/flowtable"

// The link types that are known, by their LINKTYPE_ value or, where files of old systems carry
// it, their DLT_ value (pcap-linktype(7)).
const (
	linkNull         = 0
	linkEthernet     = 1
	linkTokenRing    = 6
	linkPPP          = 9
	linkFDDI         = 10
	linkATMRFC1483   = 11
	linkRawBSD       = 12
	linkRawOpenBSD   = 14
	linkPPPHDLC      = 50
	linkPPPoE        = 51
	linkRaw          = 101
	linkCiscoHDLC    = 104
	link80211        = 105
	linkATMCLIP      = 106
	linkFrameRelay   = 107
	linkLoop         = 108
	linkEnc          = 109
	linkSLL          = 113
	linkPFLOG        = 117
	linkPrism        = 119
	linkRadiotap     = 127
	linkAVS          = 163
	linkPPPPPPD      = 166
	linkPPI          = 192
	linkPPPDirection = 204
	linkIPv4         = 228
	linkIPv6         = 229
	linkNFLOG        = 239
	linkSLL2         = 276
)

// KnownLinkType says whether frames of a LINKTYPE_ value can be decoded. Frames of others end with
// the verdict LinkType.
func KnownLinkType(lt uint16) bool {
	switch lt {
	case linkNull, linkEthernet, linkTokenRing, linkPPP, linkFDDI, linkATMRFC1483, linkRawBSD,
		linkRawOpenBSD, linkPPPHDLC, linkPPPoE, linkRaw, linkCiscoHDLC, link80211, linkATMCLIP,
		linkFrameRelay, linkLoop, linkEnc, linkSLL, linkPFLOG, linkPrism, linkRadiotap, linkAVS,
		linkPPPPPPD, linkPPI, linkPPPDirection, linkIPv4, linkIPv6, linkNFLOG, linkSLL2:
		return true
	}
	return false
}

// link decodes a frame of any link type. The type has 32 bits because PPI states it in so many.
func (d *Decoder) link(lt uint32, bigEndian bool, r rest, p *flowtable.Packet) Verdict {
	switch lt {
	case linkEthernet:
		return d.ethernet(r, p)
	case linkRawBSD, linkRawOpenBSD, linkRaw, linkATMCLIP:
		return d.raw(r, p)
	case linkIPv4:
		return d.ipv4(r, p)
	case linkIPv6:
		return d.ipv6(r, p)
	case linkSLL:
		return d.sll(r, p)
	case linkSLL2:
		return d.sll2(r, p)
	case linkNull, linkLoop:
		return d.null(r, p)
	case linkEnc:
		return d.enc(r, p)
	case linkPFLOG:
		return d.pflog(r, p)
	case linkNFLOG:
		return d.nflog(bigEndian, r, p)
	case linkPPP, linkPPPPPPD, linkPPPDirection, linkPPPHDLC, linkPPPoE, linkCiscoHDLC:
		return d.serial(lt, r, p)
	case linkFrameRelay:
		return d.frameRelay(r, p)
	case linkFDDI, linkATMRFC1483, linkTokenRing:
		return d.ieee802(lt, r, p)
	case link80211, linkRadiotap, linkPPI, linkPrism, linkAVS:
		return d.wireless(lt, bigEndian, r, p)
	}
	return d.with(LinkType, lt)
}

// raw decodes a frame that is an IP packet from its first octet on, whose version tells which.
func (d *Decoder) raw(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) == 0 {
		return NoOctets
	}
	switch version := r.b[0] >> 4; version {
	case 4:
		return d.ipv4(r, p)
	case 6:
		return d.ipv6(r, p)
	default:
		return d.with(RawVersion, uint32(version))
	}
}
