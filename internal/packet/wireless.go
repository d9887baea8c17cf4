package packet

import "github.com/sagflow/sagflow/flowtable"

const (
	radiotapLen = 8 // the fixed part of radiotap's and PPI's headers
	prismLen    = 144
	minAVSLen   = 8

	wlanLen        = 24
	wlanAddressLen = 6
	wlanQoSLen     = 2
	wlanHTLen      = 4
)

// wireless decodes the link types of 802.11 interfaces: bare, or behind a header that says how a
// frame was received.
func (d *Decoder) wireless(lt uint32, bigEndian bool, r rest, p *flowtable.Packet) Verdict {
	switch lt {
	case linkRadiotap, linkPPI:
		return d.radiotap(lt, bigEndian, r, p)
	case linkPrism:
		if len(r.b) < prismLen {
			return PrismCut
		}
		return d.wlan(r.skip(prismLen), p)
	case linkAVS:
		return d.avs(r, p)
	default:
		return d.wlan(r, p)
	}
}

// radiotap decodes radiotap's and PPI's header: both have their length, little-endian, in octets
// 2 and 3. PPI states the link type of the rest in octets 4 to 7.
func (d *Decoder) radiotap(lt uint32, bigEndian bool, r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < radiotapLen {
		return RadiotapCut
	}
	n := int(le16(r.b[2:]))
	if n > len(r.b) {
		return RadiotapCut
	}
	if lt == linkRadiotap {
		return d.wlan(r.skip(n), p)
	}
	inner := le32(r.b[4:])
	if inner == linkPPI { // also what ends the recursion
		return PPINested
	}
	return d.link(inner, bigEndian, r.skip(n), p)
}

// avs decodes the AVS header: its length, big-endian, is in octets 4 to 7.
func (d *Decoder) avs(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < minAVSLen {
		return AVSCut
	}
	n := be32(r.b[4:])
	if uint64(n) > uint64(len(r.b)) {
		return WLANShort
	}
	return d.wlan(r.skip(int(n)), p)
}

// wlan decodes an 802.11 data frame that isn't protected (IEEE 802.11 §9.2.3, §9.3.2.1): frame
// control, duration, three addresses, sequence control; then a fourth address where both DS bits
// are set, and QoS and HT control in QoS data frames.
func (d *Decoder) wlan(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < wlanLen {
		return WLANShort
	}
	kind, subtype, flags := r.b[0]>>2&3, r.b[0]>>4, r.b[1]
	switch {
	case kind != 2:
		return d.with(WLANType, uint32(kind))
	case subtype&4 != 0:
		return WLANNull
	case flags&0x40 != 0:
		return WLANProtected
	}
	n := wlanLen
	if flags&3 == 3 {
		n += wlanAddressLen
	}
	if subtype&8 == 0 {
		return d.llc(r.skip(n), p)
	}
	if len(r.b) < n+wlanQoSLen {
		return WLANQoSCut
	}
	if r.b[n]&0x80 != 0 {
		return WLANAggregate
	}
	n += wlanQoSLen
	if flags&0x80 != 0 {
		n += wlanHTLen
	}
	return d.llc(r.skip(n), p)
}
