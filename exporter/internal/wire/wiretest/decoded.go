package wiretest

import (
	"encoding/binary"
	"fmt"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/ie"
)

// Decoded is a flow as a collector sees it: the record, times in whole milliseconds.
type Decoded struct {
	flowtable.Record
	// HasUptimes says that the times since boot were there, Start and End in milliseconds.
	HasUptimes bool
	Start, End uint32
	// Type is ICMP's type × 256 + code from its own element, HasType that it was there.
	Type    uint16
	HasType bool
}

// Set puts one decoded field into the flow; a field of no flow is an error.
func (d *Decoded) Set(id ie.ID, value []byte) error {
	if d.setAddress(id, value) {
		return nil
	}
	var b [8]byte
	if len(value) == 0 || len(value) > 8 {
		return fmt.Errorf("element %v has %d octets", id, len(value))
	}
	copy(b[8-len(value):], value)
	return d.setNumber(id, binary.BigEndian.Uint64(b[:]))
}

func (d *Decoded) setAddress(id ie.ID, value []byte) bool {
	switch id {
	case ie.SourceIPv4Address, ie.SourceIPv6Address:
		copy(d.Src[:], value)
	case ie.DestinationIPv4Address, ie.DestinationIPv6Address:
		copy(d.Dst[:], value)
	default:
		return false
	}
	return true
}

func (d *Decoded) setNumber(id ie.ID, n uint64) error {
	switch id {
	case ie.OctetDeltaCount:
		d.Octets = n
	case ie.PacketDeltaCount:
		d.Packets = n
	case ie.FlowStartMilliseconds:
		d.First = int64(n) * 1e6
	case ie.FlowEndMilliseconds:
		d.Last = int64(n) * 1e6
	case ie.FlowStartSysUpTime:
		d.Start, d.HasUptimes = uint32(n), true
	case ie.FlowEndSysUpTime:
		d.End = uint32(n)
	case ie.IngressInterface:
		d.Input = uint32(n)
	case ie.EgressInterface:
		d.Output = uint32(n)
	case ie.SourceTransportPort:
		d.SrcPort = uint16(n)
	case ie.DestinationTransportPort:
		d.DstPort = uint16(n)
	case ie.IcmpTypeCodeIPv4, ie.IcmpTypeCodeIPv6:
		d.Type, d.HasType = uint16(n), true
	case ie.VlanId:
		d.VLAN = uint16(n)
	default:
		return d.setOctet(id, uint8(n))
	}
	return nil
}

func (d *Decoded) setOctet(id ie.ID, n uint8) error {
	switch id {
	case ie.ProtocolIdentifier:
		d.Protocol = n
	case ie.IpClassOfService:
		d.ToS = n
	case ie.TcpControlBits:
		d.TCPFlags = n
	case ie.IpVersion:
		d.IPVersion = n
	case ie.FlowDirection:
		d.Direction = flowtable.Direction(n)
	case ie.FlowEndReason:
		d.Reason = flowtable.EndReason(n)
	case ie.IcmpTypeIPv6, ie.IcmpCodeIPv6:
		// Both again in one element; Value checks these.
	default:
		return fmt.Errorf("element %v is not one of a flow", id)
	}
	return nil
}

// Shown is a record as an encoder with 152 and 153 must show it: whole milliseconds, times before
// 1970 as 0, the end reason as it travels, and the VLAN id only if it is part of the key.
func Shown(r flowtable.Record, vlan bool) flowtable.Record {
	r.First = max(r.FirstMilliseconds(), 0) * 1e6
	r.Last = max(r.LastMilliseconds(), 0) * 1e6
	r.Reason = flowtable.EndReason(r.Reason.Wire())
	if !vlan {
		r.VLAN = 0
	}
	return r
}
