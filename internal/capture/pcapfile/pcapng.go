package pcapfile

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/sagflow/sagflow/internal/capture"
)

// The block types of draft-ietf-opsawg-pcapng §4 that are read; all others are skipped.
const (
	blockInterface     = 1
	blockPacket        = 2 // obsolete, appendix A
	blockSimplePacket  = 3
	blockEnhanced      = 6
	blockSectionHeader = 0x0a0d0d0a // reads the same in both byte orders
)

const (
	byteOrderMagic = 0x1a2b3c4d
	// blockOverhead is the type and the length before a block's body and the length after it.
	blockOverhead = 12
	// maxBlock is the largest block that is read into memory; blocks that are skipped may be larger.
	maxBlock = maxCaptured + 64<<10
	// packetFixed is a packet block's body before the octets captured.
	packetFixed = 20
	// maxInterfaces bounds the memory that interface blocks can claim in a section.
	maxInterfaces = 1 << 20
)

// ngReader reads the blocks of one pcapng capture.
type ngReader struct {
	interfaces []ngInterface
	last       int64 // time of the packet before
	bigEndian  bool
	need       int // size of the block that is incomplete, as far as it is known

	// A block that is skipped: how many of its octets are still to come, with the length at its
	// end, the length at its beginning, and where it began.
	skip    uint32
	skipped uint32
	skipAt  int64
}

// newNgReader keeps the memory of the reader before.
func newNgReader(old ngReader) ngReader {
	return ngReader{interfaces: old.interfaces[:0], last: math.MinInt64}
}

// scan points frames at the packets that lie whole in b and returns how many. It stops where frames
// is full, where octets are missing (need says how many in all) or at a damage.
func (g *ngReader) scan(b *buffer, frames []capture.Frame, r *report) (int, *fault) {
	n := 0
	for n < len(frames) {
		if g.skip > 0 {
			if done, damage := g.pass(b); damage != nil || !done {
				return n, damage
			}
		}
		rest := b.data[b.start:b.end]
		if len(rest) < blockOverhead {
			g.need = blockOverhead
			return n, nil
		}
		kind := g.uint32(rest)
		if kind == blockSectionHeader {
			if damage := g.section(rest, b.offset(), r); damage != nil {
				return n, damage
			}
		}
		size := g.uint32(rest[4:])
		if size < blockOverhead || size%4 != 0 {
			return n, damaged(b.offset(), "block length %d: must be a multiple of 4 and at least %d", size, blockOverhead)
		}
		if kind != blockEnhanced && kind != blockSimplePacket && kind != blockPacket && kind != blockInterface {
			g.skip, g.skipped, g.skipAt = size, size, b.offset()
			continue
		}
		if size > maxBlock {
			return n, damaged(b.offset(), "block length %d is above %d, the most that is read", size, maxBlock)
		}
		if len(rest) < int(size) {
			g.need = int(size)
			return n, nil
		}
		took, damage := g.block(kind, rest[:size:size], b.offset(), frames[n:], r)
		if damage != nil {
			return n, damage
		}
		n += took
		b.start += int(size)
	}
	return n, nil
}

// block reads a whole packet or interface block and returns how many frames it filled: 0 or 1.
func (g *ngReader) block(kind uint32, block []byte, at int64, frames []capture.Frame, r *report) (int, *fault) {
	body, end := block[8:len(block)-4], block[len(block)-4:]
	if g.uint32(end) != uint32(len(block)) {
		return 0, g.lengthsDiffer(at, uint32(len(block)), g.uint32(end))
	}
	switch kind {
	case blockInterface:
		return 0, g.describe(body, at, r)
	case blockSimplePacket:
		return 1, g.simple(body, at, &frames[0], r)
	default:
		return 1, g.packet(kind, body, at, &frames[0], r)
	}
}

// section begins a section (§4.1): its byte order is that of all blocks up to the next one, and its
// interfaces are counted from 0.
func (g *ngReader) section(head []byte, at int64, r *report) *fault {
	switch magic := head[8:12]; {
	case binary.LittleEndian.Uint32(magic) == byteOrderMagic:
		g.bigEndian = false
		r.kinds["file: pcapng section little-endian"]++
	case binary.BigEndian.Uint32(magic) == byteOrderMagic:
		g.bigEndian = true
		r.kinds["file: pcapng section big-endian"]++
	default:
		return damaged(at, "section with byte-order magic %x: must be 1a2b3c4d or 4d3c2b1a", magic)
	}
	g.interfaces = g.interfaces[:0]
	return nil
}

// pass drops the octets of a skipped block as they come and checks the length at its end. It
// reports false where more octets are needed.
func (g *ngReader) pass(b *buffer) (bool, *fault) {
	drop := min(g.skip-4, uint32(b.unread()))
	b.start += int(drop)
	g.skip -= drop
	if g.skip > 4 || b.unread() < 4 {
		g.need = int(min(g.skip, blockSize))
		return false, nil
	}
	if again := g.uint32(b.data[b.start:b.end]); again != g.skipped {
		return false, g.lengthsDiffer(g.skipAt, g.skipped, again)
	}
	b.start += 4
	g.skip = 0
	return true, nil
}

func (g *ngReader) lengthsDiffer(at int64, first, second uint32) *fault {
	return damaged(at, "block length %d at its beginning, %d at its end: must be equal", first, second)
}

// tail says what is wrong with a stream that ends with these octets, fewer than a block.
func (g *ngReader) tail(b *buffer) *fault {
	switch have := b.unread(); {
	case g.skip > 0:
		return cut(g.skipAt, "block cut short: %d of %d bytes", b.offset()+int64(have)-g.skipAt, g.skipped)
	case have == 0:
		return nil
	case have < blockOverhead:
		return cut(b.offset(), "block header cut short: %d of %d bytes", have, blockOverhead)
	default:
		return cut(b.offset(), "block cut short: %d of %d bytes", have, g.need)
	}
}

// The byte order is a branch that always goes the same way: cheaper than a call through an
// interface.
func (g *ngReader) uint32(b []byte) uint32 {
	v := binary.LittleEndian.Uint32(b)
	if g.bigEndian {
		v = bits.ReverseBytes32(v)
	}
	return v
}

func (g *ngReader) uint16(b []byte) uint16 {
	v := binary.LittleEndian.Uint16(b)
	if g.bigEndian {
		v = bits.ReverseBytes16(v)
	}
	return v
}
