package pcapfile

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/sagflow/sagflow/internal/capture"
)

// The magic numbers of pcap-savefile(5), as they read in the file's byte order.
const (
	magicMicro    = 0xa1b2c3d4
	magicNano     = 0xa1b23c4d
	magicModified = 0xa1b2cd34
)

const (
	pcapHeaderSize     = 24
	recordHeaderSize   = 16
	modifiedHeaderSize = 24
	// usualCaptured is the captured length that any file may have, whatever its snap length says.
	usualCaptured = 262144
	// maxCaptured is the captured length that no file may exceed.
	maxCaptured = 0x8000000
)

// lengthOrder says which of a record's two lengths comes first.
type lengthOrder uint8

const (
	capturedFirst  lengthOrder = iota
	capturedSecond             // before version 2.3
	smallerFirst               // version 2.3: writers did it either way
)

// pcapReader reads the records of one classic capture.
type pcapReader struct {
	header    int   // size of a record header
	unit      int64 // nanoseconds in the header's fraction
	last      int64 // time of the record before
	limit     uint32
	snap      uint32 // the snap length, or the largest number where there is none
	linkType  uint16
	bigEndian bool
	lengths   lengthOrder
	need      int // size of the record that is incomplete, as far as it is known
}

// newPcapReader reads the file header, whose magic number is known to be right.
func newPcapReader(h []byte, bigEndian bool) pcapReader {
	order := byteOrder(bigEndian)
	p := pcapReader{header: recordHeaderSize, unit: 1000, last: math.MinInt64, bigEndian: bigEndian}
	switch order.Uint32(h) {
	case magicNano:
		p.unit = 1
	case magicModified:
		p.header = modifiedHeaderSize
	}
	switch major, minor := order.Uint16(h[4:]), order.Uint16(h[6:]); {
	case major < 2 || major == 2 && minor < 3:
		p.lengths = capturedSecond
	case major == 2 && minor == 3:
		p.lengths = smallerFirst
	}
	p.snap = order.Uint32(h[16:])
	p.limit = min(max(usualCaptured, p.snap), maxCaptured)
	if p.snap == 0 {
		p.snap = math.MaxUint32
	}
	p.linkType = uint16(order.Uint32(h[20:])) // the upper half is the FCS length
	return p
}

// kind names the file's variant for the notes.
func (p *pcapReader) kind() string {
	kind := "file: pcap little-endian"
	if p.bigEndian {
		kind = "file: pcap big-endian"
	}
	switch {
	case p.header == modifiedHeaderSize:
		return kind + " us modified"
	case p.unit == 1:
		return kind + " ns"
	}
	return kind + " us"
}

// scan points frames at the records that lie whole in b and returns how many. It stops where frames
// is full, where octets are missing (need says how many in all) or at a damage.
//
// One loop serves all variants: a branch that always goes the same way costs less than a
// nanosecond, an interface for the byte order several per field.
func (p *pcapReader) scan(b *buffer, frames []capture.Frame, c *Counters) (int, *fault) {
	data, pos, n, last := b.data[:b.end], b.start, 0, p.last
	var damage *fault
	for n < len(frames) {
		if len(data)-pos < p.header {
			p.need = p.header
			break
		}
		h := data[pos : pos+recordHeaderSize]
		seconds, fraction := binary.LittleEndian.Uint32(h), binary.LittleEndian.Uint32(h[4:])
		captured, length := binary.LittleEndian.Uint32(h[8:]), binary.LittleEndian.Uint32(h[12:])
		if p.bigEndian {
			seconds, fraction = bits.ReverseBytes32(seconds), bits.ReverseBytes32(fraction)
			captured, length = bits.ReverseBytes32(captured), bits.ReverseBytes32(length)
		}
		if p.lengths != capturedFirst && (p.lengths == capturedSecond || captured > length) {
			captured, length = length, captured
		}
		if captured > p.limit {
			damage = p.tooLong(b.base+int64(pos), captured)
			break
		}
		from := pos + p.header
		if len(data)-from < int(captured) {
			p.need = p.header + int(captured)
			break
		}
		pos = from + int(captured)
		time := int64(seconds)*nanosecond + int64(fraction)*p.unit
		c.observe(captured, length, p.snap, time < last)
		last = time
		f := &frames[n]
		f.Data = data[from:pos:pos]
		f.Time, f.Length, f.LinkType, f.BigEndian = time, length, p.linkType, p.bigEndian
		n++
	}
	b.start, p.last = pos, last
	return n, damage
}

func (p *pcapReader) tooLong(offset int64, captured uint32) *fault {
	if p.limit == maxCaptured {
		return damaged(offset, "captured length %d is above %d, the most that is read", captured, p.limit)
	}
	return damaged(offset, "captured length %d is above %d, the larger of %d and the snap length",
		captured, p.limit, usualCaptured)
}

// tail says what is wrong with a stream that ends with these octets, fewer than a record.
func (p *pcapReader) tail(b *buffer) *fault {
	switch have := b.unread(); {
	case have == 0:
		return nil
	case have < p.header:
		return cut(b.offset(), "record header cut short: %d of %d bytes", have, p.header)
	default:
		return cut(b.offset()+int64(p.header), "packet data cut short: %d of %d bytes",
			have-p.header, p.need-p.header)
	}
}

func byteOrder(bigEndian bool) binary.ByteOrder {
	if bigEndian {
		return binary.BigEndian
	}
	return binary.LittleEndian
}
