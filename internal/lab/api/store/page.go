package store

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/bits"
)

// The file format of bbolt (go.etcd.io/bbolt, internal/common), version 2, in the machine's byte order.
const (
	boltMagic   = 0xED0CDAED
	boltVersion = 2

	headerSize  = 16 // id, flags, count, overflow
	elementSize = 16 // of branch and leaf pages
	metaSize    = 64
	bucketSize  = 16 // root page and sequence

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagMeta     = 0x04
	flagFreelist = 0x10

	// inBucket marks a leaf's element that is a bucket.
	inBucket = 0x01

	minPageSize = 1 << 9
	maxPageSize = 1 << 16
)

// header starts every page.
type header struct {
	id           uint64
	flags, count uint16
	overflow     uint32
}

func parseHeader(b []byte) header {
	o := binary.NativeEndian
	return header{id: o.Uint64(b), flags: o.Uint16(b[8:]), count: o.Uint16(b[10:]), overflow: o.Uint32(b[12:])}
}

// meta is what pages 0 and 1 hold: the later one of two transactions is in force.
type meta struct {
	pageSize             uint32
	root, freelist, pgid uint64
	txid                 uint64
}

// parseMeta reads the meta page that stands at b, whose first headerSize bytes are its header.
func parseMeta(b []byte, id uint64) (meta, error) {
	h, m, o := parseHeader(b), b[headerSize:headerSize+metaSize], binary.NativeEndian
	if o.Uint32(m) != boltMagic || o.Uint32(m[4:]) != boltVersion {
		return meta{}, fmt.Errorf("meta page %d has no bbolt header", id)
	}
	sum := fnv.New64a()
	_, _ = sum.Write(m[:metaSize-8]) // a hash never fails
	if sum.Sum64() != o.Uint64(m[metaSize-8:]) {
		return meta{}, fmt.Errorf("meta page %d does not match its checksum", id)
	}
	if h.id != id || h.flags != flagMeta {
		return meta{}, fmt.Errorf("page %d is not a meta page", id)
	}
	found := meta{
		pageSize: o.Uint32(m[8:]),
		root:     o.Uint64(m[16:]), freelist: o.Uint64(m[32:]), pgid: o.Uint64(m[40:]), txid: o.Uint64(m[48:]),
	}
	if !plausiblePageSize(found.pageSize) {
		return meta{}, fmt.Errorf("meta page %d has page size %d", id, found.pageSize)
	}
	return found, nil
}

func plausiblePageSize(size uint32) bool {
	return bits.OnesCount32(size) == 1 && size >= minPageSize && size <= maxPageSize
}

// element is one entry of a branch page (child is set) or a leaf page.
type element struct {
	flags      uint32
	child      uint64
	key, value []byte
}

// elements reads the entries of a branch or leaf page; body is the page with its overflow.
func elements(h header, body []byte) ([]element, error) {
	if headerSize+int(h.count)*elementSize > len(body) {
		return nil, fmt.Errorf("page %d: %d entries do not fit", h.id, h.count)
	}
	all := make([]element, h.count)
	for i := range all {
		at := headerSize + i*elementSize
		e, ok := parseElement(h.flags, body[at:])
		if !ok {
			return nil, fmt.Errorf("page %d: entry %d points out of the page or has no key", h.id, i)
		}
		all[i] = e
	}
	return all, nil
}

// parseElement reads the entry at the start of b, from which its offset counts.
func parseElement(flags uint16, b []byte) (element, bool) {
	o := binary.NativeEndian
	var e element
	var pos, keySize, valueSize uint64
	if flags == flagBranch {
		pos, keySize, e.child = uint64(o.Uint32(b)), uint64(o.Uint32(b[4:])), o.Uint64(b[8:])
	} else {
		e.flags, pos = o.Uint32(b), uint64(o.Uint32(b[4:]))
		keySize, valueSize = uint64(o.Uint32(b[8:])), uint64(o.Uint32(b[12:]))
	}
	if keySize == 0 || pos < elementSize || pos+keySize+valueSize > uint64(len(b)) {
		return element{}, false
	}
	e.key, e.value = b[pos:pos+keySize:pos+keySize], b[pos+keySize:pos+keySize+valueSize]
	return e, true
}
