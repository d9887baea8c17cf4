package store

import (
	"encoding/binary"
	"hash/crc32"
)

// kind says what an entry is.
type kind uint32

const (
	kindPut kind = iota + 1
	kindProject
	kindNoProject
	kindLogstore
	kindNoLogstore
	kindIndex
	kindNoIndex
)

const (
	entryMagic  = 0x454c53f5
	entryHeader = 24
	checksumAt  = 20
	// maxPayload is above 10 MiB of logs and the names of their place.
	maxPayload = 12 << 20
)

// entry is one change. A put's payload is binary, that of all others JSON.
type entry struct {
	kind    kind
	number  uint64
	payload []byte
}

// append writes the entry as it is on disk.
func (e entry) append(b []byte) []byte {
	start := len(b)
	b = binary.LittleEndian.AppendUint32(b, entryMagic)
	b = binary.LittleEndian.AppendUint32(b, uint32(e.kind))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(e.payload)))
	b = binary.LittleEndian.AppendUint64(b, e.number)
	b = append(b, 0, 0, 0, 0)
	b = append(b, e.payload...)
	binary.LittleEndian.PutUint32(b[start+checksumAt:], checksum(b[start:]))
	return b
}

// size is how many bytes the entry takes on disk.
func (e entry) size() int { return entryHeader + len(e.payload) }

// parseEntry reads the entry that b begins with, or says false. The payload is part of b.
func parseEntry(b []byte) (entry, bool) {
	if len(b) < entryHeader || binary.LittleEndian.Uint32(b) != entryMagic {
		return entry{}, false
	}
	length := binary.LittleEndian.Uint32(b[8:])
	if length > maxPayload || int(length) > len(b)-entryHeader {
		return entry{}, false
	}
	b = b[:entryHeader+int(length)]
	if checksum(b) != binary.LittleEndian.Uint32(b[checksumAt:]) {
		return entry{}, false
	}
	e := entry{
		kind:    kind(binary.LittleEndian.Uint32(b[4:])),
		number:  binary.LittleEndian.Uint64(b[12:]),
		payload: b[entryHeader:],
	}
	return e, e.kind >= kindPut && e.kind <= kindNoIndex
}

// checksum is the CRC-32C of a whole entry but the four bytes that hold it.
func checksum(b []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	return crc32.Update(crc32.Update(0, table, b[:checksumAt]), table, b[entryHeader:])
}
