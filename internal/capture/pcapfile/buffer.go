package pcapfile

import (
	"errors"
	"io"
)

const (
	// blockSize is the octets asked of each read(2): large enough that the call's cost vanishes,
	// small enough that a block stays in the processor's second-level cache while it is parsed.
	blockSize = 1 << 20
	// tailRoom is kept beside a block for the incomplete record before it, so that reads stay
	// whole blocks for records of ordinary size.
	tailRoom = 64 << 10
	// keepSize is the largest buffer that outlives its file.
	keepSize = 4 << 20
	// maxEmptyReads bounds the reads in a row that bring neither octets nor an error.
	maxEmptyReads = 100
)

// buffer is the window over the stream that the formats' loops parse. data[start:end] is unread.
type buffer struct {
	r          io.Reader
	data       []byte
	start, end int
	base       int64 // the stream position of data[0]
	err        error // what r returned at last, io.EOF included
}

// reset begins a new stream and keeps the memory.
func (b *buffer) reset(r io.Reader) {
	data := b.data
	if data == nil || len(data) > keepSize {
		data = make([]byte, blockSize+tailRoom)
	}
	*b = buffer{r: r, data: data}
}

// offset returns the stream position of the first unread octet.
func (b *buffer) offset() int64 { return b.base + int64(b.start) }

// unread returns how many octets are there to parse.
func (b *buffer) unread() int { return b.end - b.start }

// fill reads at most one block behind the unread octets, which it first moves to the front: slices
// of data handed out before are overwritten. It reports false when nothing more came; err then
// says why. need is the size of the record that is incomplete.
func (b *buffer) fill(need int) bool {
	if b.err != nil {
		return false
	}
	b.compact()
	if b.end == len(b.data) {
		b.grow(need)
	}
	room := b.data[b.end:min(len(b.data), b.end+blockSize)]
	for range maxEmptyReads {
		n, err := b.r.Read(room)
		if n < 0 || n > len(room) {
			n, err = 0, errors.New("reader returned an impossible count")
		}
		b.end += n
		b.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	b.err = io.ErrNoProgress
	return false
}

// fillTo reads until at least n octets are unread, and reports whether they are.
func (b *buffer) fillTo(n int) bool {
	for b.unread() < n {
		if !b.fill(n) {
			return false
		}
	}
	return true
}

// compact moves the unread octets to the front.
func (b *buffer) compact() {
	if b.start == 0 {
		return
	}
	copy(b.data, b.data[b.start:b.end])
	b.base += int64(b.start)
	b.end -= b.start
	b.start = 0
}

// grow makes room where the buffer is full. It at most doubles, so that a length field alone never
// allocates more than a multiple of what has arrived.
func (b *buffer) grow(need int) {
	size := max(need, len(b.data)) + blockSize
	data := make([]byte, min(size, 2*len(b.data)))
	copy(data, b.data[:b.end])
	b.data = data
}
