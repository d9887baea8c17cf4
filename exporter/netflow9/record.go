package netflow9

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/flowtable"
)

// appendRelative appends what relativeFields lists. An end before the start counts as the start,
// so that neither is before the boot time.
func appendRelative(dst []byte, r *flowtable.Record, boot wire.Boot) []byte {
	first := max(r.First, 0)
	dst = binary.BigEndian.AppendUint32(dst, boot.Uptime(first))
	return binary.BigEndian.AppendUint32(dst, boot.Uptime(max(first, r.Last)))
}

// appendTypeCode appends what typeCodeFields lists.
func appendTypeCode(dst []byte, r *flowtable.Record) []byte {
	return append(dst, byte(r.DstPort>>8), byte(r.DstPort))
}

// appendRecord appends a data record of the kind: the parts of flowFields in their order.
func (e *Encoder) appendRecord(dst []byte, kind int, r *flowtable.Record, boot wire.Boot) []byte {
	base := kind % absolute
	if base == wire.IPv4 || base == wire.ICMPv4 {
		dst = wire.AppendIPv4(dst, r)
	} else {
		dst = wire.AppendIPv6(dst, r)
	}
	if kind < absolute {
		dst = appendRelative(dst, r, boot)
	}
	if e.options.NoDirection {
		dst = wire.AppendUndirected(dst, r)
	} else {
		dst = wire.AppendCommon(dst, r)
	}
	if base == wire.ICMPv4 || base == wire.ICMPv6 {
		dst = wire.AppendICMP(dst, r)
	}
	if e.options.KeyVLAN {
		dst = wire.AppendVLAN(dst, r)
	}
	if base == wire.ICMPv6 {
		dst = appendTypeCode(dst, r)
	}
	return dst
}
