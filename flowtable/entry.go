package flowtable

import (
	"encoding/binary"
	"math/bits"
)

// entry is a flow in the table: 64 octets, one cache line, no pointers.
//
// The first three words are the key, compared as words: fields would be a compare and branch each.
//
//	w0  IPv4: source | destination<<32
//	    IPv6: number of the addresses in the slab's second area | check<<32
//	w1  source port | destination port<<16 | protocol<<32 | ToS<<40 | VLAN<<48  (ToS and VLAN only if keyed)
//	w2  interface | version<<32 | direction<<40   and, not compared, ToS<<48 | TCP flags<<56
//
// packets is 0 in a free entry. next and prev chain the entries of a bucket of the wheel, or next
// the free ones.
type entry struct {
	w0, w1, w2      uint64
	packets, octets uint64
	first, last     int64
	next, prev      uint32
}

const (
	entrySize = 64
	keyMask   = 1<<48 - 1 // of w2
)

// lookup is a packet's key on its way to its entry.
type lookup struct {
	w0, w1, w2 uint64 // as in entry; w0 of IPv6 holds only the check
	tag        uint32 // the hash: place in the index and first comparison
	slot       uint32 // where the entry was seen ahead of time, or noSlot
}

// prepare fills k from a packet. ToS and VLAN are masked out unless they are keyed.
func (s *Shard) prepare(k *lookup, p *Packet) {
	k.w1 = uint64(p.SrcPort) | uint64(p.DstPort)<<16 | uint64(p.Protocol)<<32 |
		(uint64(p.ToS)<<40|uint64(p.VLAN)<<48)&s.keyed
	k.w2 = uint64(p.Interface) | uint64(p.IPVersion)<<32 | uint64(p.Direction)<<40
	var a uint64
	if p.IPVersion == 4 {
		k.w0 = uint64(binary.NativeEndian.Uint32(p.Src[:4])) | uint64(binary.NativeEndian.Uint32(p.Dst[:4]))<<32
		a = k.w0
	} else {
		a = s.hashAddresses(p)
		k.w0 = a &^ (1<<32 - 1)
	}
	h := mix(a^s.seed, k.w1^0x9e3779b97f4a7c15)
	k.tag = uint32(mix(h^k.w2, 0xd6e8feb86659fd93) >> 32)
}

func (s *Shard) hashAddresses(p *Packet) uint64 {
	a := binary.NativeEndian.Uint64(p.Src[:8]) ^ s.seed
	b := binary.NativeEndian.Uint64(p.Src[8:]) ^ 0xc2b2ae3d27d4eb4f
	c := binary.NativeEndian.Uint64(p.Dst[:8]) ^ 0x165667b19e3779f9
	d := binary.NativeEndian.Uint64(p.Dst[8:]) ^ s.seed ^ 0xa0761d6478bd642f
	return mix(a, b) ^ bits.RotateLeft64(mix(c, d), 23)
}

// mix is a 64×64→128 bit multiplication folded to 64 bits.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// holds reports whether the entry at slot is the live flow of k.
func (s *Shard) holds(slot uint32, k *lookup, p *Packet) bool {
	e := &s.slab.entries[slot]
	if e.w1 != k.w1 || (e.w2^k.w2)&keyMask != 0 || e.packets == 0 {
		return false
	}
	if p.IPVersion == 4 {
		return e.w0 == k.w0
	}
	if (e.w0^k.w0)>>32 != 0 {
		return false
	}
	a := &s.slab.addresses[uint32(e.w0)]
	return a.src == p.Src && a.dst == p.Dst
}

// begin makes the entry's record that of its first packet.
func (e *entry) begin(p *Packet) {
	e.w2 = e.w2&keyMask | uint64(p.ToS)<<48 | uint64(p.TCPFlags)<<56
	e.packets, e.octets = 1, p.Octets
	e.first, e.last = p.Time, p.Time
}

// tagOf computes the tag of a live entry again: it is not kept, so that the entry stays 64 octets.
func (s *Shard) tagOf(e *entry) uint32 {
	a := e.w0
	if e.version() != 4 {
		x := &s.slab.addresses[uint32(e.w0)]
		a = s.hashAddresses(&Packet{Src: x.src, Dst: x.dst})
	}
	h := mix(a^s.seed, e.w1^0x9e3779b97f4a7c15)
	return uint32(mix(h^e.w2&keyMask, 0xd6e8feb86659fd93) >> 32)
}

func (e *entry) version() uint8 { return uint8(e.w2 >> 32) }

// record makes the flow's record.
func (s *Shard) record(e *entry, r *Record, reason EndReason) {
	*r = Record{
		Packets: e.packets, Octets: e.octets, First: e.first, Last: e.last,
		SrcPort: uint16(e.w1), DstPort: uint16(e.w1 >> 16), Protocol: uint8(e.w1 >> 32), VLAN: uint16(e.w1 >> 48),
		IPVersion: e.version(), Direction: Direction(e.w2 >> 40), ToS: uint8(e.w2 >> 48), TCPFlags: uint8(e.w2 >> 56),
		Reason: reason,
	}
	if r.Direction == Egress {
		r.Output = uint32(e.w2)
	} else {
		r.Input = uint32(e.w2)
	}
	if r.IPVersion == 4 {
		binary.NativeEndian.PutUint32(r.Src[:4], uint32(e.w0))
		binary.NativeEndian.PutUint32(r.Dst[:4], uint32(e.w0>>32))
		return
	}
	a := &s.slab.addresses[uint32(e.w0)]
	r.Src, r.Dst = a.src, a.dst
}
