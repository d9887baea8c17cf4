package packet

import "github.com/sagflow/sagflow/flowtable"

const (
	sllLen  = 16
	sll2Len = 20
)

// The ARPHRD_ values whose protocol field is not an ethertype (LINKTYPE_LINUX_SLL).
const (
	arphrdFrameRelay = 770
	arphrd80211      = 801
	arphrdPrism      = 802
	arphrdRadiotap   = 803
	arphrd802154     = 804
	arphrdNetlink    = 824
)

const sllLLC = 4 // LINUX_SLL_P_802_2: an LLC header follows

// sll decodes LINKTYPE_LINUX_SLL: packet type, ARPHRD_ value, address length, address, protocol.
func (d *Decoder) sll(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < sllLen {
		return SLLCut
	}
	return d.cooked(be16(r.b[2:]), be16(r.b[14:]), r.skip(sllLen), p)
}

// sll2 decodes LINKTYPE_LINUX_SLL2: protocol, reserved, interface, ARPHRD_ value, packet type,
// address length, address.
func (d *Decoder) sll2(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < sll2Len {
		return SLL2Cut
	}
	return d.cooked(be16(r.b[8:]), be16(r.b), r.skip(sll2Len), p)
}

func (d *Decoder) cooked(hardware, protocol uint16, r rest, p *flowtable.Packet) Verdict {
	switch hardware {
	case arphrdRadiotap:
		return SLLRadiotap
	case arphrdFrameRelay, arphrd80211, arphrdPrism, arphrd802154, arphrdNetlink:
		return d.with(SLLHardware, pair(hardware, protocol))
	}
	if protocol == sllLLC {
		return d.llc(r, p)
	}
	if protocol < minEtherType {
		return d.with(SLLProtocol, uint32(protocol))
	}
	return d.etherType(protocol, false, r, p)
}
