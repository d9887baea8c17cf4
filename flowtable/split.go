package flowtable

import (
	"encoding/binary"
	"math/bits"
)

// ShardOf returns which of shards shards a packet belongs to: by its two outermost addresses alone,
// so that all fragments of a datagram meet.
func ShardOf(p *Packet, shards int) int {
	a := binary.NativeEndian.Uint64(p.Src[:8])
	b := binary.NativeEndian.Uint64(p.Dst[:8])
	if p.IPVersion != 4 {
		a ^= bits.RotateLeft64(binary.NativeEndian.Uint64(p.Src[8:]), 29)
		b ^= bits.RotateLeft64(binary.NativeEndian.Uint64(p.Dst[8:]), 29)
	}
	h := mix(a^0x8ebc6af09c88c6e3, b^0x589965cc75374cc3)
	n, _ := bits.Mul64(h*0x1d8e4e27c47d124f, uint64(shards))
	return int(n)
}
