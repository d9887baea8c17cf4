package ipfix

import (
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/flowtable"
)

// appendRecord appends a data record of the kind: the parts of FlowFields in their order.
func (e *Encoder) appendRecord(dst []byte, kind int, r *flowtable.Record) []byte {
	if kind == wire.IPv4 || kind == wire.ICMPv4 {
		dst = wire.AppendIPv4(dst, r)
	} else {
		dst = wire.AppendIPv6(dst, r)
	}
	if e.options.NoDirection {
		dst = wire.AppendUndirected(dst, r)
	} else {
		dst = wire.AppendCommon(dst, r)
	}
	if kind == wire.ICMPv4 || kind == wire.ICMPv6 {
		dst = wire.AppendICMP(dst, r)
	}
	if e.options.KeyVLAN {
		dst = wire.AppendVLAN(dst, r)
	}
	return dst
}
