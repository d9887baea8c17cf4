package spool

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	version       = 1
	segmentMagic  = "SAGSPOOL"
	segmentHeader = 16

	segmentSuffix = ".seg"
	marksSuffix   = ".marks"
	asideSuffix   = ".aside"
	damagedSuffix = ".damaged"
	tempSuffix    = ".tmp"
)

// segment is a file of entries of one destination.
type segment struct {
	number uint64
	// file is open while the segment is the one that its destination's batches are appended to.
	file File
	// size and marks are the octets of both files.
	size, marks int64
	// queue holds the entries without a fate, and settled counts the others.
	queue   queue
	settled Fates
	// lastID is that of the newest entry written here by this process.
	lastID ID
	// synced is up to where the file has been synced; dirty says that there are accepted entries behind.
	// doubtful says that a sync has failed: they are to be written once more (see rescue).
	synced          int64
	dirty, doubtful bool
	// damaged says that the file has pieces worth keeping, unread that some of it could not be read.
	damaged, unread bool
}

func appendSegmentHeader(dst []byte) []byte {
	begin := len(dst)
	dst = append(dst, segmentMagic...)
	dst = binary.LittleEndian.AppendUint32(dst, version)
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[begin:], castagnoli))
}

// segmentVersion reads the header of a segment; ok is false where it is damaged.
func segmentVersion(b []byte) (v uint32, ok bool) {
	if len(b) < segmentHeader || string(b[:8]) != segmentMagic {
		return 0, false
	}
	return binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:]) == crc32.Checksum(b[:12], castagnoli)
}

// path is that of a numbered file.
func (s *Spool) path(number uint64, suffix string) string {
	return filepath.Join(s.o.Dir, fmt.Sprintf("%016x%s", number, suffix))
}

// numbered takes the number out of a file's name.
func numbered(name, suffix string) (uint64, bool) {
	hex, ok := strings.CutSuffix(name, suffix)
	if !ok || len(hex) != 16 {
		return 0, false
	}
	n, err := strconv.ParseUint(hex, 16, 64)
	return n, err == nil && n > 0 && fmt.Sprintf("%016x", n) == hex
}

// writeAll writes b at an offset.
func writeAll(w io.WriterAt, b []byte, off int64) error {
	n, err := w.WriteAt(b, off)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return err
}
