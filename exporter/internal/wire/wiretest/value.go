package wiretest

import (
	"encoding/binary"
	"fmt"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/ie"
)

// Value is what the element of a record must be on the wire, in length octets. boot is the boot
// time in milliseconds since 1970. It is written out element by element, apart from the encoders.
func Value(id ie.ID, length uint16, r flowtable.Record, boot int64) ([]byte, error) {
	switch id {
	case ie.SourceIPv4Address:
		return r.Src[:4], nil
	case ie.DestinationIPv4Address:
		return r.Dst[:4], nil
	case ie.SourceIPv6Address:
		return r.Src[:], nil
	case ie.DestinationIPv6Address:
		return r.Dst[:], nil
	default:
		return numberValue(id, length, r, boot)
	}
}

func numberValue(id ie.ID, length uint16, r flowtable.Record, boot int64) ([]byte, error) {
	n, err := number(id, r, boot)
	if err != nil {
		return nil, err
	}
	b := binary.BigEndian.AppendUint64(nil, n)
	if length == 0 || length > 8 || length < 8 && n>>(8*length) != 0 {
		return nil, fmt.Errorf("element %v: %d doesn't fit %d octets", id, n, length)
	}
	return b[8-length:], nil
}

func number(id ie.ID, r flowtable.Record, boot int64) (uint64, error) {
	numbers := map[ie.ID]uint64{
		ie.OctetDeltaCount:          r.Octets,
		ie.PacketDeltaCount:         r.Packets,
		ie.ProtocolIdentifier:       uint64(r.Protocol),
		ie.IpClassOfService:         uint64(r.ToS),
		ie.TcpControlBits:           uint64(r.TCPFlags),
		ie.SourceTransportPort:      uint64(r.SrcPort),
		ie.DestinationTransportPort: uint64(r.DstPort),
		ie.IngressInterface:         uint64(r.Input),
		ie.EgressInterface:          uint64(r.Output),
		ie.FlowStartSysUpTime:       uint64(r.FirstMilliseconds() - boot),
		ie.FlowEndSysUpTime:         uint64(r.LastMilliseconds() - boot),
		ie.IcmpTypeCodeIPv4:         uint64(r.DstPort),
		ie.IcmpTypeCodeIPv6:         uint64(r.DstPort),
		ie.IcmpTypeIPv6:             uint64(r.DstPort / 256),
		ie.IcmpCodeIPv6:             uint64(r.DstPort % 256),
		ie.VlanId:                   uint64(r.VLAN),
		ie.IpVersion:                uint64(r.IPVersion),
		ie.FlowDirection:            uint64(r.Direction),
		ie.FlowEndReason:            uint64(r.Reason.Wire()),
		ie.FlowStartMilliseconds:    uint64(r.FirstMilliseconds()),
		ie.FlowEndMilliseconds:      uint64(r.LastMilliseconds()),
	}
	n, ok := numbers[id]
	if !ok {
		return 0, fmt.Errorf("element %v: not one of a flow", id)
	}
	return n, nil
}
