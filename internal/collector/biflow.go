package collector

import "github.com/sagflow/sagflow/flowtable"

// The slots whose presence on the reverse side gives that direction its own edge in time.
const edges = 1<<startNanoseconds | 1<<endNanoseconds | 1<<startMicroseconds | 1<<endMicroseconds |
	1<<startMilliseconds | 1<<endMilliseconds | 1<<startSeconds | 1<<endSeconds |
	1<<startUptime | 1<<endUptime | 1<<startDelta | 1<<endDelta

// hasReverse reports whether the other direction of a biflow was seen at all: many exporters use
// one template for all flows and leave its counters 0.
func (v *values) hasReverse() bool {
	return v.backward.packets() != 0 || v.backward.octets() != 0
}

// fillReverse makes the record of a biflow's reverse direction (RFC 5103 §4): the forward one's
// key turned around, with what the reverse elements say. Elements without a reverse one hold for
// both directions if they are part of a flow's key; counters and flags don't.
func (v *values) fillReverse(r, forward *flowtable.Record, c *clock) {
	*r = *forward
	s := &v.backward
	r.Src, r.Dst = forward.Dst, forward.Src
	r.Input, r.Output = forward.Output, forward.Input
	v.reversePorts(r, forward)
	r.Packets, r.Octets = s.packets(), s.octets()
	r.TCPFlags = uint8(s.get(tcpControlBits))
	if s.has&(1<<classOfService) != 0 {
		r.ToS = uint8(s.num[classOfService])
	}
	if s.has&(1<<flowEndReason) != 0 {
		r.Reason = reason(s.num[flowEndReason])
	}
	if s.has&(1<<flowDirection) != 0 {
		r.Direction = flowtable.Direction(s.num[flowDirection] & 1)
	}
	if s.hasAny(edges) {
		r.First, r.Last, _ = c.span(s)
	}
}

// reversePorts swaps the ports. ICMP's are no ports: the answer has a type of its own, 0 unless
// a reverse element has it.
func (v *values) reversePorts(r, forward *flowtable.Record) {
	if forward.Protocol == icmp4 || forward.Protocol == icmp6 {
		r.SrcPort, r.DstPort = 0, v.backward.port(destinationPort, forward.Protocol)
		return
	}
	r.SrcPort, r.DstPort = forward.DstPort, forward.SrcPort
}
