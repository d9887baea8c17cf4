package collector

import "github.com/sagflow/sagflow/flowtable"

// IP protocols whose ports are type and code.
const (
	icmp4 = 1
	icmp6 = 58
)

const allICMP = 1<<icmpTypeCode4 | 1<<icmpType4 | 1<<icmpTypeCode6 | 1<<icmpType6

// family says which addresses are the record's: those of its ipVersion, else the only ones it has,
// else, in a template with room for both, those that are not all zero.
func (v *values) family() uint8 {
	has4 := v.addresses&(1<<sourceIPv4|1<<destinationIPv4) != 0
	has6 := v.addresses&(1<<sourceIPv6|1<<destinationIPv6) != 0
	if !has4 && !has6 {
		return 0
	}
	if has4 && has6 {
		if n := v.forward.get(ipVersion); n == 4 || n == 6 {
			return uint8(n)
		}
		has6 = v.source6 != [16]byte{} || v.destination6 != [16]byte{}
	}
	if has6 {
		return 6
	}
	return 4
}

// fill makes a record of the forward side. It reports whether the record has addresses, and
// whether it has times.
func (v *values) fill(r *flowtable.Record, c *clock) (addressed, timed bool) {
	*r = flowtable.Record{IPVersion: v.family()}
	v.fillAddresses(r)
	s := &v.forward
	r.Packets, r.Octets = s.packets(), s.octets()
	r.Protocol = v.protocol(r.IPVersion)
	r.SrcPort = uint16(s.get(sourcePort))
	r.DstPort = s.port(destinationPort, r.Protocol)
	r.Input = uint32(s.first(ingress, ingressPhysical))
	r.Output = uint32(s.first(egress, egressPhysical))
	r.VLAN = uint16(s.first(vlanID, dot1qVLANID)) & 0xfff
	r.ToS = uint8(s.get(classOfService))
	r.TCPFlags = uint8(s.get(tcpControlBits))
	r.Direction = flowtable.Direction(s.get(flowDirection) & 1)
	r.Reason = reason(s.get(flowEndReason))
	r.First, r.Last, timed = c.span(s)
	return r.IPVersion != 0, timed
}

func (v *values) fillAddresses(r *flowtable.Record) {
	if r.IPVersion == 6 {
		v.keep(sourceIPv6, r.Src[:], v.source6[:])
		v.keep(destinationIPv6, r.Dst[:], v.destination6[:])
		return
	}
	v.keep(sourceIPv4, r.Src[:], v.source4[:])
	v.keep(destinationIPv4, r.Dst[:], v.destination4[:])
}

// keep copies an address that this record has: the buffer may hold one of an earlier record.
func (v *values) keep(k kind, dst, src []byte) {
	if v.addresses&(1<<k) != 0 {
		copy(dst, src)
	}
}

// protocol is element 4. Some exporters have templates for ICMP alone that leave it out.
func (v *values) protocol(family uint8) uint8 {
	s := &v.forward
	switch {
	case s.has&(1<<protocol) != 0:
		return uint8(s.num[protocol])
	case !s.hasAny(allICMP):
		return 0
	case family == 6:
		return icmp6
	default:
		return icmp4
	}
}

// port is the destination port, of ICMP type*256+code from whichever element has it.
func (s *side) port(at slot, ipProtocol uint8) uint16 {
	if ipProtocol == icmp4 || ipProtocol == icmp6 {
		if n := s.first(icmpTypeCode4, icmpTypeCode6); n != 0 {
			return uint16(n)
		}
		if n := s.first(icmpType4, icmpType6)<<8 | s.first(icmpCode4, icmpCode6)&0xff; n != 0 {
			return uint16(n)
		}
	}
	return uint16(s.get(at))
}

func (s *side) packets() uint64 {
	return s.first(packetDelta, packetTotal, packetPost, packetInitiator)
}

func (s *side) octets() uint64 { return s.first(octetDelta, octetTotal, octetPost, octetInitiator) }

// reason keeps the values of IPFIX flowEndReason (136).
func reason(n uint64) flowtable.EndReason {
	if n > uint64(flowtable.NoResources) {
		return flowtable.NoReason
	}
	return flowtable.EndReason(n)
}
