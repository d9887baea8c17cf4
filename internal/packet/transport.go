package packet

import "github.com/sagflow/sagflow/flowtable"

// The protocols whose headers are looked into (IANA protocol numbers).
const (
	protoICMP    = 1
	protoTCP     = 6
	protoUDP     = 17
	protoDCCP    = 33
	protoICMPv6  = 58
	protoSCTP    = 132
	protoUDPLite = 136
)

// transport reads ports and flags from the transport header at b, which ends with the IP packet or
// the capture. The fields it does not write must be 0.
func (d *Decoder) transport(b []byte, p *flowtable.Packet) {
	switch p.Protocol {
	case protoTCP:
		if len(b) < 14 {
			d.shortTCP(b, p)
			return
		}
		p.SrcPort, p.DstPort, p.TCPFlags = be16(b), be16(b[2:]), b[13] // RFC 9293 §3.1
	case protoUDP, protoSCTP, protoDCCP, protoUDPLite:
		if len(b) < 4 {
			d.note(PortsCut)
			return
		}
		p.SrcPort, p.DstPort = be16(b), be16(b[2:])
	case protoICMP, protoICMPv6:
		if len(b) < 2 {
			d.note(ICMPTypeCut)
			return
		}
		p.DstPort = be16(b) // type × 256 + code
	}
}

func (d *Decoder) shortTCP(b []byte, p *flowtable.Packet) {
	if len(b) < 4 {
		d.note(PortsCut)
		return
	}
	d.note(TCPFlagsCut)
	p.SrcPort, p.DstPort = be16(b), be16(b[2:])
}
