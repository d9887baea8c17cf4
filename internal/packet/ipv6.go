package packet

import "github.com/sagflow/sagflow/flowtable"

const ipv6Len = 40

// The IPv6 extension headers that are walked over (RFC 8200 §4, RFC 4302). Mobility, HIP, shim6,
// ESP and no next header are protocols.
const (
	headerHopByHop    = 0
	headerRouting     = 43
	headerFragment    = 44
	headerAH          = 51
	headerNone        = 59
	headerDestination = 60
)

// ipv6 decodes a packet from its IPv6 header on (RFC 8200 §3).
func (d *Decoder) ipv6(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < ipv6Len {
		return IPv6Cut
	}
	h := (*[ipv6Len]byte)(r.b)
	if h[0]>>4 != 6 {
		return d.with(IPv6Version, uint32(h[0]>>4))
	}
	length := ipv6Len + int64(be16(h[4:6]))
	if length == ipv6Len && r.wire > ipv6Len {
		length = d.ipv6ZeroLength(r)
		if length == 0 {
			return IPv6PayloadZero
		}
	}
	if length > r.wire {
		if d.options.Strict {
			return IPv6PastFrame
		}
		d.note(PastFrame)
	}
	p.Octets = uint64(length)
	p.IPVersion = 6
	p.ToS = h[0]<<4 | h[1]>>4
	p.Protocol = h[6]
	p.Src = [16]byte(h[8:24])
	p.Dst = [16]byte(h[24:40])
	p.SrcPort, p.DstPort, p.TCPFlags = 0, 0, 0
	p.Fragment, p.FragmentID = flowtable.Whole, 0
	payload := r.b[ipv6Len:int(min(length, int64(len(r.b))))]
	if p.Protocol != protoTCP && p.Protocol != protoUDP {
		d.extensions(payload, p)
		return Counted
	}
	d.transport(payload, p)
	return Counted
}

// ipv6ZeroLength returns the length of a packet whose payload length is 0 although there is data
// behind the header: from the jumbo payload option, else from the wire where that can be a segment
// before its segmentation and not padding alone. It returns 0 for malformed.
func (d *Decoder) ipv6ZeroLength(r rest) int64 {
	next := r.b[6]
	if next == headerHopByHop {
		if jumbo := jumboLength(r.b[ipv6Len:]); jumbo != 0 {
			d.note(IPv6Jumbogram)
			return ipv6Len + int64(jumbo)
		}
	}
	const padding = 6 // up to so many octets fill an Ethernet frame of 60 octets
	if next == headerNone || r.wire-ipv6Len <= padding {
		return ipv6Len
	}
	if d.options.RejectZeroLength {
		return 0
	}
	d.note(IPv6ZeroLength)
	return r.wire
}

// jumboLength returns the jumbo payload length (RFC 2675 §2) from the hop-by-hop header at b, or 0
// where that has none that was captured.
func jumboLength(b []byte) uint32 {
	const (
		pad1  = 0
		jumbo = 0xc2
	)
	if len(b) < 8 {
		return 0
	}
	options := b[2:min(len(b), 8*(int(b[1])+1))]
	for len(options) >= 2 {
		if options[0] == pad1 {
			options = options[1:]
			continue
		}
		if options[0] == jumbo && options[1] == 4 && len(options) >= 6 {
			return be32(options[2:])
		}
		options = options[min(len(options), 2+int(options[1])):]
	}
	return 0
}
