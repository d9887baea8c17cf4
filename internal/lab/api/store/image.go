package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// The deepest tree and the deepest nesting of buckets that are followed.
const (
	maxDepth   = 32
	maxNesting = 4
)

// entry is one key of the file. path holds the names of its buckets, outermost first.
type entry struct {
	path       []string
	key, value []byte
}

// image reads a bbolt file without trusting it. It allocates at most the file's size.
type image struct {
	r        io.ReaderAt
	pageSize int64
	meta     meta
	// seen marks pages that were reached, or stand in the free list.
	seen []bool
	emit func(entry)
}

// scan reads the whole file of size bytes and gives emit every entry. Its errors say what is damaged.
// notBolt says that the file does not begin as one of bbolt's.
func scan(r io.ReaderAt, size int64, emit func(entry)) (notBolt bool, err error) {
	m, notBolt, err := readMetas(r, size)
	if err != nil {
		return notBolt, err
	}
	pages := uint64(size) / uint64(m.pageSize)
	if m.pgid < 4 || m.pgid > pages {
		return false, fmt.Errorf("it has %d pages of %d bytes and should have %d", pages, m.pageSize, m.pgid)
	}
	img := &image{r: r, pageSize: int64(m.pageSize), meta: m, seen: make([]bool, m.pgid), emit: emit}
	img.seen[0], img.seen[1] = true, true
	if err := img.bucket(nil, m.root); err != nil {
		return false, err
	}
	if err := img.freelist(); err != nil {
		return false, err
	}
	return false, img.complete()
}

// readMetas returns the meta in force. Both must be valid: a commit writes one of them within one sector,
// so that one that is not valid was damaged, and the other one is older than what was acknowledged.
func readMetas(r io.ReaderAt, size int64) (m meta, notBolt bool, err error) {
	first := make([]byte, headerSize+metaSize)
	if size < 2*minPageSize {
		return meta{}, true, fmt.Errorf("%d bytes are too few", size)
	}
	if _, err := r.ReadAt(first, 0); err != nil {
		return meta{}, false, fmt.Errorf("read meta page 0: %w", err)
	}
	m0, err := parseMeta(first, 0)
	if err != nil {
		return meta{}, !looksLikeBolt(r, first), err
	}
	second := make([]byte, headerSize+metaSize)
	if _, err := r.ReadAt(second, int64(m0.pageSize)); err != nil {
		return meta{}, false, fmt.Errorf("read meta page 1: %w", err)
	}
	m1, err := parseMeta(second, 1)
	if err != nil {
		return meta{}, false, err
	}
	if m0.pageSize != m1.pageSize {
		return meta{}, false, fmt.Errorf("page size %d in one meta page, %d in the other", m0.pageSize, m1.pageSize)
	}
	if m1.txid > m0.txid {
		return m1, false, nil
	}
	return m0, false, nil
}

// looksLikeBolt says that one of the two meta pages has bbolt's magic number. first is the start of the file.
func looksLikeBolt(r io.ReaderAt, first []byte) bool {
	if binary.NativeEndian.Uint32(first[headerSize:]) == boltMagic {
		return true
	}
	b := make([]byte, 4)
	for at := int64(minPageSize); at <= maxPageSize; at *= 2 {
		if _, err := r.ReadAt(b, at+headerSize); err != nil {
			return false
		}
		if binary.NativeEndian.Uint32(b) == boltMagic {
			return true
		}
	}
	return false
}

// page reads the page id with its overflow and marks it as seen.
func (img *image) page(id uint64) (header, []byte, error) {
	if id >= img.meta.pgid {
		return header{}, nil, fmt.Errorf("page %d is beyond the last one, %d", id, img.meta.pgid-1)
	}
	head := make([]byte, headerSize)
	if _, err := img.r.ReadAt(head, int64(id)*img.pageSize); err != nil {
		return header{}, nil, fmt.Errorf("read page %d: %w", id, err)
	}
	h := parseHeader(head)
	if h.id != id {
		return header{}, nil, fmt.Errorf("page %d says that it is page %d", id, h.id)
	}
	if id+uint64(h.overflow) >= img.meta.pgid {
		return header{}, nil, fmt.Errorf("page %d has %d more pages, beyond the last one", id, h.overflow)
	}
	for p := id; p <= id+uint64(h.overflow); p++ {
		if img.seen[p] {
			return header{}, nil, fmt.Errorf("page %d is used twice", p)
		}
		img.seen[p] = true
	}
	body := make([]byte, (int64(h.overflow)+1)*img.pageSize)
	if _, err := img.r.ReadAt(body, int64(id)*img.pageSize); err != nil {
		return header{}, nil, fmt.Errorf("read page %d: %w", id, err)
	}
	return h, body, nil
}

// freelist marks the free pages as seen.
func (img *image) freelist() error {
	h, body, err := img.page(img.meta.freelist)
	if err != nil {
		return fmt.Errorf("free list: %w", err)
	}
	if h.flags != flagFreelist {
		return fmt.Errorf("page %d is not a free list", h.id)
	}
	at, count := headerSize, uint64(h.count)
	if h.count == 0xFFFF {
		at, count = at+8, binary.NativeEndian.Uint64(body[at:])
	}
	if count > uint64(len(body)-at)/8 {
		return fmt.Errorf("free list: %d pages do not fit", count)
	}
	for last := uint64(1); count > 0; count, at = count-1, at+8 {
		id := binary.NativeEndian.Uint64(body[at:])
		if id <= last || id >= img.meta.pgid || img.seen[id] {
			return fmt.Errorf("free list: page %d is out of order, out of range or in use", id)
		}
		img.seen[id], last = true, id
	}
	return nil
}

// complete says whether every page has its place.
func (img *image) complete() error {
	for id, seen := range img.seen {
		if !seen {
			return fmt.Errorf("page %d is neither in use nor free", id)
		}
	}
	return nil
}

// span is the keys that a page may hold: from low on, below high; nil is no limit.
type span struct{ low, high []byte }

func (s span) holds(key []byte) bool {
	return (s.low == nil || bytes.Compare(key, s.low) >= 0) && (s.high == nil || bytes.Compare(key, s.high) < 0)
}
