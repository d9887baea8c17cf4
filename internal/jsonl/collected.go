package jsonl

import (
	"net/netip"

	"github.com/sagflow/sagflow/flowtable"
)

// Origin says where a collected record came from.
type Origin struct {
	// Exporter is the address and port of the datagram's sender.
	Exporter netip.AddrPort
	// Domain is the observation domain (IPFIX), the source id (V9), engine type and id (V5).
	Domain uint32
	// Version is that of the datagram's header: 5, 9 or 10.
	Version uint16
}

// AppendCollected appends r as AppendRecord does, with the keys exporter, domain and version at
// the end of the object.
func (a Appender) AppendCollected(dst []byte, r *flowtable.Record, from Origin) []byte {
	dst = a.appendMembers(dst, r)
	dst = append(dst, `,"exporter":"`...)
	dst = appendAddrPort(dst, from.Exporter)
	dst = appendUint(dst, `","domain":`, uint64(from.Domain))
	dst = appendUint(dst, `,"version":`, uint64(from.Version))
	return append(dst, "}\n"...)
}

// appendAddrPort escapes what an address may bring along: the zone is an interface's name, and
// Linux allows quotes in those.
func appendAddrPort(dst []byte, a netip.AddrPort) []byte {
	if a.Addr().Zone() == "" {
		return a.AppendTo(dst)
	}
	text := a.String()
	for i := range len(text) {
		dst = appendEscaped(dst, text[i])
	}
	return dst
}

// appendEscaped appends one octet of a JSON string (RFC 8259 §7); octets above 127, which need not
// be UTF-8 in an interface's name, are written as if they were Latin-1.
func appendEscaped(dst []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch {
	case c == '"' || c == '\\':
		return append(dst, '\\', c)
	case c < ' ' || c >= 0x7f:
		return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
	default:
		return append(dst, c)
	}
}
