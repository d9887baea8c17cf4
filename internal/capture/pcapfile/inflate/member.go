package inflate

import (
	"errors"
	"hash/crc32"
	"io"
)

// The flags of a member's header (RFC 1952 §2.3.1).
const (
	flagHeaderChecksum = 1 << 1
	flagExtra          = 1 << 2
	flagName           = 1 << 3
	flagComment        = 1 << 4
	flagsReserved      = 0xe0
)

const (
	memberMagic = 0x8b1f
	deflated    = 8
)

// member reads a member's header (RFC 1952 §2.3), or returns io.EOF where none follows.
func (r *Reader) member() (state, error) {
	if !r.in.has(16) || r.in.reservoir&0xffff != memberMagic {
		if r.in.err != nil && !errors.Is(r.in.err, io.EOF) {
			return 0, r.in.err
		}
		return 0, io.EOF
	}
	var h [10]byte // magic, method, flags, time, extra flags, system
	sum := headerSum{in: &r.in}
	for i := range h {
		h[i] = sum.octet()
	}
	flags := h[3]
	switch {
	case sum.cut:
		return 0, r.in.ended()
	case h[2] != deflated:
		return 0, DataError("unknown compression method")
	case flags&flagsReserved != 0:
		return 0, DataError("unknown header flags")
	}
	sum.optional(flags)
	want := uint16(sum.value)
	if flags&flagHeaderChecksum != 0 && uint16(sum.octet())|uint16(sum.octet())<<8 != want && !sum.cut {
		return 0, DataError("header checksum differs")
	}
	if sum.cut {
		return 0, r.in.ended()
	}
	r.memberStart, r.summed = r.end, r.end
	r.checksum, r.size = 0, 0
	return inBlockHeader, nil
}

// headerSum reads a header's octets and sums them up.
type headerSum struct {
	in    *input
	value uint32
	cut   bool // the stream ended
}

func (h *headerSum) octet() byte {
	if h.cut || !h.in.has(8) {
		h.cut = true
		return 0
	}
	b := [1]byte{byte(h.in.take(8))}
	h.value = crc32.Update(h.value, crc32.IEEETable, b[:])
	return b[0]
}

// optional steps over the parts that the flags announce.
func (h *headerSum) optional(flags byte) {
	if flags&flagExtra != 0 {
		for n := int(h.octet()) | int(h.octet())<<8; n > 0 && !h.cut; n-- {
			h.octet()
		}
	}
	for _, flag := range []byte{flagName, flagComment} {
		if flags&flag == 0 {
			continue
		}
		for h.octet() != 0 {
			continue
		}
	}
}

// trailer checks a member's end (RFC 1952 §2.3.1).
func (r *Reader) trailer() (state, error) {
	r.in.align()
	if !r.in.has(32) {
		return 0, r.in.ended()
	}
	r.sum()
	if uint32(r.in.take(32)) != r.checksum {
		return 0, DataError("checksum differs")
	}
	if !r.in.has(32) {
		return 0, r.in.ended()
	}
	if uint32(r.in.take(32)) != r.size {
		return 0, DataError("size differs")
	}
	return inMember, nil
}
