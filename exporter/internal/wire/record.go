package wire

import (
	"encoding/binary"
	"slices"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/ie"
)

// A flow's record is put together from these parts; each part is a table and the appender that
// writes it. NetFlow V9 has the same numbers (RFC 3954 §8), of 61 and 136 IANA's meaning.

// IPv4Fields are the addresses of an IPv4 flow.
func IPv4Fields() []Field {
	return []Field{{ie.SourceIPv4Address, 4}, {ie.DestinationIPv4Address, 4}}
}

// AppendIPv4 appends what IPv4Fields lists.
func AppendIPv4(dst []byte, r *flowtable.Record) []byte {
	dst = append(dst, r.Src[:4]...)
	return append(dst, r.Dst[:4]...)
}

// IPv6Fields are the addresses of an IPv6 flow.
func IPv6Fields() []Field {
	return []Field{{ie.SourceIPv6Address, 16}, {ie.DestinationIPv6Address, 16}}
}

// AppendIPv6 appends what IPv6Fields lists.
func AppendIPv6(dst []byte, r *flowtable.Record) []byte {
	dst = append(dst, r.Src[:]...)
	return append(dst, r.Dst[:]...)
}

// CommonFields are what all flows have. Flags are one octet: of the TCP header's octet 12 nothing
// is known, and the reduced size tells the collector so (RFC 9565 §3, RFC 7011 §6.2).
func CommonFields() []Field {
	return []Field{
		{ie.OctetDeltaCount, 8},
		{ie.PacketDeltaCount, 8},
		{ie.FlowStartMilliseconds, 8},
		{ie.FlowEndMilliseconds, 8},
		{ie.IngressInterface, 4},
		{ie.EgressInterface, 4},
		{ie.SourceTransportPort, 2},
		{ie.DestinationTransportPort, 2},
		{ie.ProtocolIdentifier, 1},
		{ie.IpClassOfService, 1},
		{ie.TcpControlBits, 1},
		{ie.IpVersion, 1},
		{ie.FlowDirection, 1},
		{ie.FlowEndReason, 1},
	}
}

// commonLength is the sum of CommonFields' lengths.
const commonLength = 50

// AppendCommon appends what CommonFields lists.
func AppendCommon(dst []byte, r *flowtable.Record) []byte {
	n := len(dst)
	dst = slices.Grow(dst, commonLength)[:n+commonLength]
	b := (*[commonLength]byte)(dst[n:])
	binary.BigEndian.PutUint64(b[0:], r.Octets)
	binary.BigEndian.PutUint64(b[8:], r.Packets)
	binary.BigEndian.PutUint64(b[16:], Milliseconds(r.First))
	binary.BigEndian.PutUint64(b[24:], Milliseconds(r.Last))
	binary.BigEndian.PutUint32(b[32:], r.Input)
	binary.BigEndian.PutUint32(b[36:], r.Output)
	binary.BigEndian.PutUint16(b[40:], r.SrcPort)
	binary.BigEndian.PutUint16(b[42:], r.DstPort)
	b[44] = r.Protocol
	b[45] = r.ToS
	b[46] = r.TCPFlags
	b[47] = ipVersion(r)
	b[48] = uint8(r.Direction)
	b[49] = r.Reason.Wire()
	return dst
}

// UndirectedFields are CommonFields without the direction, where the source of the packets doesn't know it.
func UndirectedFields() []Field {
	return slices.DeleteFunc(CommonFields(), func(f Field) bool { return f.ID == ie.FlowDirection })
}

// AppendUndirected appends what UndirectedFields lists: the end reason moves to where the direction was.
func AppendUndirected(dst []byte, r *flowtable.Record) []byte {
	dst = AppendCommon(dst, r)
	end := len(dst) - 1
	dst[end-1] = dst[end]
	return dst[:end]
}

// ipVersion is 4 or 6, as the record's template has addresses of the one or the other.
func ipVersion(r *flowtable.Record) uint8 {
	if r.IPVersion == 4 {
		return 4
	}
	return 6
}

// ICMPv4Fields and ICMPv6Fields add type × 256 + code to the templates of ICMP: collectors look
// for it here or in the destination port, which has it as well.
func ICMPv4Fields() []Field { return []Field{{ie.IcmpTypeCodeIPv4, 2}} }

// ICMPv6Fields is ICMPv4Fields for IPv6.
func ICMPv6Fields() []Field { return []Field{{ie.IcmpTypeCodeIPv6, 2}} }

// AppendICMP appends what ICMPv4Fields or ICMPv6Fields lists.
func AppendICMP(dst []byte, r *flowtable.Record) []byte {
	return binary.BigEndian.AppendUint16(dst, r.DstPort)
}

// VLANFields are for flows that are told apart by VLAN.
func VLANFields() []Field { return []Field{{ie.VlanId, 2}} }

// AppendVLAN appends what VLANFields lists.
func AppendVLAN(dst []byte, r *flowtable.Record) []byte {
	return binary.BigEndian.AppendUint16(dst, r.VLAN)
}
