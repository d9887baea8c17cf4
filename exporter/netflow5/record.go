package netflow5

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/sagflow/sagflow/flowtable"
)

// recordLength is the length of a record.
const recordLength = 48

// part is what a V5 record says of a flow's counters and times.
type part struct {
	packets, octets uint32
	// first and last are in milliseconds since boot.
	first, last uint32
}

// appendRecord appends the record of one part of a flow. Next hop, AS numbers, masks and pads are 0.
func appendRecord(dst []byte, r *flowtable.Record, p part) []byte {
	dst, b := extend(dst)
	copy(b[0:4], r.Src[:4])
	copy(b[4:8], r.Dst[:4])
	// 8: nexthop
	binary.BigEndian.PutUint16(b[12:], ifIndex(r.Input))
	binary.BigEndian.PutUint16(b[14:], ifIndex(r.Output))
	binary.BigEndian.PutUint32(b[16:], p.packets)
	binary.BigEndian.PutUint32(b[20:], p.octets)
	binary.BigEndian.PutUint32(b[24:], p.first)
	binary.BigEndian.PutUint32(b[28:], p.last)
	binary.BigEndian.PutUint16(b[32:], r.SrcPort)
	binary.BigEndian.PutUint16(b[34:], r.DstPort) // ICMP: type × 256 + code
	// 36: pad1
	b[37] = r.TCPFlags
	b[38] = r.Protocol
	b[39] = r.ToS
	// 40: src_as, 42: dst_as, 44: src_mask, 45: dst_mask, 46: pad2
	return dst
}

// extend makes dst longer by a record of zeros and returns the record's place: it is
// written there, as composing it elsewhere costs a copy more.
func extend(dst []byte) ([]byte, *[recordLength]byte) {
	n := len(dst)
	dst = slices.Grow(dst, recordLength)[:n+recordLength]
	b := (*[recordLength]byte)(dst[n:])
	*b = [recordLength]byte{}
	return dst, b
}

// ifIndex is an interface's number in 16 bits: 0, not known, where it has more.
func ifIndex(n uint32) uint16 {
	if n > math.MaxUint16 {
		return 0
	}
	return uint16(n)
}
