package packet

import (
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
)

// Options are the choices that a decoder leaves open. The zero value is the default.
type Options struct {
	// Strict makes an IP length past the frame malformed. By default it is counted as stated, and
	// noted.
	Strict bool
	// RejectZeroLength makes an IP length of 0 with data behind the header malformed. By default
	// it is what segmentation offload leaves of a long packet, and the wire length counts.
	RejectZeroLength bool
	// StopAtAH makes the authentication header (RFC 4302) the protocol of an IPv6 packet. By
	// default it is walked over as an extension header. In IPv4 it is always the protocol.
	StopAtAH bool
}

// Decoder turns frames into packets, and counts. It is used by one goroutine.
type Decoder struct {
	options  Options
	counters Counters
	// parameter belongs to the verdict about to be returned, where that has one.
	parameter uint32
}

// New returns a decoder whose counters are 0.
func New(options Options) *Decoder {
	d := &Decoder{options: options}
	d.counters.kinds = make(map[kind]uint64, MaxDetails)
	return d
}

// Counters returns the decoder's counters: the decoder's own, which go on counting.
func (d *Decoder) Counters() *Counters { return &d.counters }

// Decode decodes and counts one frame.
//
// With Counted, every field of p was written: Time from the frame, Interface 0 and Direction
// Ingress for the caller to overwrite. With any other verdict p holds nothing of use.
//
// Ports of later fragments are 0: giving them those of their datagram is the flow table's part.
// Fragment and FragmentID are set where that can be done; a fragment whose header chain or options
// are cut is Whole, because its ports are neither known nor to be looked for.
//
// It does not allocate, and reads neither past f.Data nor past the length that the IP header
// states. It keeps no reference to f.Data.
func (d *Decoder) Decode(f *capture.Frame, p *flowtable.Packet) Verdict {
	p.Time = f.Time
	p.Interface, p.VLAN, p.Direction = 0, 0, flowtable.Ingress
	r := rest{b: f.Data, wire: int64(f.Length)}
	if int64(len(r.b)) != r.wire {
		d.noteLength(r)
	}
	var v Verdict
	// Nearly all frames of a gateway are untagged Ethernet: they skip the walk over link layers.
	switch {
	case f.LinkType != linkEthernet || len(r.b) < ethernetLen:
		v = d.link(uint32(f.LinkType), f.BigEndian, r, p)
	case r.b[12] == 0x08 && r.b[13] == 0x00:
		v = d.ipv4(rest{b: r.b[ethernetLen:], wire: r.wire - ethernetLen}, p)
	case r.b[12] == 0x86 && r.b[13] == 0xdd:
		v = d.ipv6(rest{b: r.b[ethernetLen:], wire: r.wire - ethernetLen}, p)
	default:
		v = d.ethernet(r, p)
	}
	if v != Counted {
		d.counters.count(v, d.parameter)
		return v
	}
	d.counters.Verdicts[Counted]++
	d.counters.Octets += p.Octets
	return Counted
}

// Reject takes a packet that Decode has just Counted out of the counted ones again: it ends with
// verdict v, Filtered or Own. Its notes stay.
func (d *Decoder) Reject(v Verdict, p *flowtable.Packet) {
	d.counters.Verdicts[Counted]--
	d.counters.Octets -= p.Octets
	d.counters.Verdicts[v]++
}

// Skip counts frames that are not decoded at all, with verdict v: Inactive.
func (d *Decoder) Skip(v Verdict, frames uint64) { d.counters.Verdicts[v] += frames }

// with returns a verdict and keeps its parameter.
func (d *Decoder) with(v Verdict, parameter uint32) Verdict {
	d.parameter = parameter
	return v
}

func (d *Decoder) note(n Note) { d.counters.Notes[n]++ }

func (d *Decoder) noteLength(r rest) {
	if int64(len(r.b)) < r.wire {
		d.note(CutBySnapLength)
	} else {
		d.note(LongerThanWire)
	}
}
