package spool

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"slices"
)

const (
	windowSize = 256 << 10
	pageSize   = 4 << 10
)

// window reads a file from its beginning to its end in large pieces.
type window struct {
	r    io.ReaderAt
	size int64
	buf  []byte // the octets from at on
	at   int64
	room []byte
	// unread are the pieces that could not be read; they are taken as zeros.
	unread []piece
}

// piece is where some octets of a file are.
type piece struct{ from, to int64 }

// failed says whether some of the octets could not be read.
func (w *window) failed(from, to int64) bool {
	return slices.ContainsFunc(w.unread, func(p piece) bool { return p.from < to && from < p.to })
}

// peek returns up to n octets from an offset on, fewer at the end of the file; n is at most
// windowSize. They are valid until the next call.
func (w *window) peek(off int64, n int) []byte {
	n = int(min(int64(n), w.size-off))
	if n <= 0 {
		return nil
	}
	if off < w.at || off+int64(n) > w.at+int64(len(w.buf)) {
		w.fill(off)
	}
	return w.buf[off-w.at:][:n]
}

func (w *window) fill(off int64) {
	w.at = off
	if w.room == nil {
		w.room = make([]byte, min(windowSize, w.size))
	}
	w.buf = w.room[:min(int64(len(w.room)), w.size-off)]
	if n, _ := w.r.ReadAt(w.buf, off); n == len(w.buf) {
		return
	}
	for page := w.buf; len(page) > 0; page = page[min(pageSize, len(page)):] {
		part, at := page[:min(pageSize, len(page))], off+int64(len(w.buf)-len(page))
		n, err := w.r.ReadAt(part, at)
		if n < len(part) {
			clear(part[n:])
		}
		if n < len(part) && !errors.Is(err, io.EOF) {
			w.unread = append(w.unread, piece{at + int64(n), at + int64(len(part))})
		}
	}
}

// sum is the CRC32C of n octets, and whether the file has so many.
func (w *window) sum(off int64, n int) (uint32, bool) {
	if off+int64(n) > w.size {
		return 0, false
	}
	sum := uint32(0)
	for n > 0 {
		part := w.peek(off, min(n, windowSize))
		sum = crc32.Update(sum, castagnoli, part)
		off, n = off+int64(len(part)), n-len(part)
	}
	return sum, true
}

// find returns the offset of the next magic from an offset on, or the file's size.
func (w *window) find(off int64) int64 {
	for off < w.size {
		b := w.peek(off, windowSize)
		if i := bytes.Index(b, []byte(magic)); i >= 0 {
			return off + int64(i)
		}
		if len(b) < len(magic) || off+int64(len(b)) == w.size {
			break
		}
		off += int64(len(b) - len(magic) + 1)
	}
	return w.size
}
