package spool

import (
	"encoding/binary"
	"hash/crc32"
	"io"

	"github.com/sagflow/sagflow/exporter"
)

// markKind is the fate that a mark gives to a batch.
type markKind uint32

const (
	markDone    markKind = 1
	markMoved   markKind = 2  // it is in another file: set aside, or rescued
	markDropped markKind = 16 // + Reason
)

const (
	markMagic = 0x6b72616d // "mark"
	markSize  = 44
)

// mark says what became of one batch, with its sums: they count also where the batch itself can no
// longer be read.
type mark struct {
	kind markKind
	id   ID
	sum  exporter.Sum
}

func (m mark) append(dst []byte) []byte {
	begin := len(dst)
	dst = binary.LittleEndian.AppendUint32(dst, markMagic)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(m.kind))
	for _, n := range []uint64{uint64(m.id), m.sum.Records, m.sum.Packets, m.sum.Octets} {
		dst = binary.LittleEndian.AppendUint64(dst, n)
	}
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[begin:], castagnoli))
}

func parseMark(b []byte) (mark, bool) {
	u32 := binary.LittleEndian.Uint32
	u64 := binary.LittleEndian.Uint64
	if len(b) < markSize || u32(b) != markMagic || u32(b[40:]) != crc32.Checksum(b[:40], castagnoli) {
		return mark{}, false
	}
	return mark{markKind(u32(b[4:])), ID(u64(b[8:])), exporter.Sum{Records: u64(b[16:]), Packets: u64(b[24:]), Octets: u64(b[32:])}}, true
}

// readMarks reads the good marks of a file; those that are not are as if never made. A batch has
// the fate of its first mark.
func readMarks(r io.ReaderAt, size int64) map[ID]mark {
	marks := make(map[ID]mark)
	w := window{r: r, size: size}
	for off := int64(0); off+markSize <= size; off += markSize {
		if m, ok := parseMark(w.peek(off, markSize)); ok {
			if _, again := marks[m.id]; !again {
				marks[m.id] = m
			}
		}
	}
	return marks
}
