package inflate

import (
	"encoding/binary"
	"errors"
	"io"
)

// inputSize is the octets asked of each read of the compressed stream.
const inputSize = 256 << 10

// input is the compressed stream as bits, least significant first (RFC 1951 §3.1.1).
type input struct {
	src io.Reader
	err error // what src returned at last
	buf []byte
	in  []byte // the part of buf that isn't in the reservoir yet

	// reservoir holds the next count bits. Bits above them are 0, or those of the octets at the
	// front of in: adding these again changes nothing.
	reservoir uint64
	count     int
}

// fill tops the reservoir up to 56 bits or more, or to all that the stream has.
func (i *input) fill() {
	if len(i.in) >= 8 {
		i.reservoir |= binary.LittleEndian.Uint64(i.in) << (i.count & 63)
		i.in = i.in[(63-i.count)>>3:]
		i.count |= 56
		return
	}
	for i.count <= 56 {
		if len(i.in) == 0 && !i.read() {
			return
		}
		i.reservoir |= uint64(i.in[0]) << i.count
		i.count += 8
		i.in = i.in[1:]
	}
}

// read reads a block, and reports false where nothing more comes.
func (i *input) read() bool {
	if i.buf == nil {
		i.buf = make([]byte, inputSize)
	}
	for range 100 {
		if i.err != nil {
			return false
		}
		var n int
		n, i.err = i.src.Read(i.buf)
		if n > 0 {
			i.in = i.buf[:n]
			return true
		}
	}
	i.err = io.ErrNoProgress
	return false
}

// has reports whether the next n bits, up to 48, are there.
func (i *input) has(n int) bool {
	if i.count < n {
		i.fill()
	}
	return i.count >= n
}

// take returns the next n bits, up to 48, which are there.
func (i *input) take(n int) uint64 {
	v := i.reservoir & (1<<n - 1)
	i.reservoir >>= n
	i.count -= n
	return v
}

// align drops the bits up to the next octet.
func (i *input) align() { i.take(i.count & 7) }

// copyTo copies octets from an aligned stream and returns how many; 0 where nothing more comes.
func (i *input) copyTo(p []byte) int {
	n := 0
	for ; n < len(p) && i.count > 0; n++ {
		p[n] = byte(i.take(8))
	}
	if i.count == 0 {
		i.reservoir = 0 // what was above the count is copied from in instead
	}
	if n > 0 || len(p) == 0 || len(i.in) == 0 && !i.read() {
		return n
	}
	n = copy(p, i.in)
	i.in = i.in[n:]
	return n
}

// ended is the error of a stream that ends before it should.
func (i *input) ended() error {
	if i.err == nil || errors.Is(i.err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return i.err
}
