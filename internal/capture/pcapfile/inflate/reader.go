package inflate

import (
	"hash/crc32"
	"io"
)

const (
	windowSize = 32 << 10 // how far back a distance reaches
	chunkSize  = 128 << 10
)

// DataError says what is wrong with a stream's content.
type DataError string

// Error implements error.
func (e DataError) Error() string { return string(e) }

// state is what comes next in the stream.
type state uint8

const (
	inMember state = iota
	inBlockHeader
	inStored
	inSymbols
	inTrailer
)

// Reader decompresses a gz stream of one or more members. Use NewReader.
type Reader struct {
	in      input
	state   state
	err     error // what ends the output, once all before it was handed out
	symbols *symbolTables

	// out[start:end] is decoded and not yet handed out; what lies before is the window.
	out        []byte
	start, end int
	// memberStart is where in out the member began, or where of it the window begins.
	memberStart int

	final     bool // the block is the member's last
	stored    int  // octets left of a stored block
	lengths   table
	distances table

	checksum uint32
	size     uint32 // of the member, modulo 2^32
	summed   int    // checksum and size hold for out up to here
}

// NewReader returns a Reader of the gz stream src, of which it may read more than it needs.
func NewReader(src io.Reader) *Reader {
	return &Reader{
		in:      input{src: src},
		symbols: newSymbolTables(),
		out:     make([]byte, windowSize+chunkSize+maxMatch),
	}
}

// Read implements io.Reader. An error comes after all octets that could be decompressed before it:
// io.ErrUnexpectedEOF where the stream is cut, a DataError where it is damaged, else src's error.
func (r *Reader) Read(p []byte) (int, error) {
	for r.start == r.end {
		if r.err != nil {
			return 0, r.err
		}
		r.slide()
		r.decode()
	}
	n := copy(p, r.out[r.start:r.end])
	r.start += n
	return n, nil
}

// slide moves the window to the front, where there is less room behind it than a chunk.
func (r *Reader) slide() {
	if r.end <= windowSize {
		return
	}
	from := r.end - windowSize
	copy(r.out, r.out[from:r.end])
	r.end, r.start, r.summed = windowSize, windowSize, windowSize
	r.memberStart = max(0, r.memberStart-from)
}

// decode goes on until the buffer is full or the stream ends.
func (r *Reader) decode() {
	for r.err == nil && r.end <= len(r.out)-maxMatch {
		var next state
		switch r.state {
		case inMember:
			next, r.err = r.member()
		case inBlockHeader:
			next, r.err = r.blockHeader()
		case inStored:
			next, r.err = r.copyStored()
		case inSymbols:
			next, r.err = r.decodeSymbols()
		case inTrailer:
			next, r.err = r.trailer()
		}
		r.state = next
	}
	r.sum()
}

// sum takes what was decoded since into the checksum.
func (r *Reader) sum() {
	part := r.out[r.summed:r.end]
	r.checksum = crc32.Update(r.checksum, crc32.IEEETable, part)
	r.size += uint32(len(part))
	r.summed = r.end
}
