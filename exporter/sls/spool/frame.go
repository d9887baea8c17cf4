package spool

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// magic begins every entry. It holds octets that text doesn't, so that no text is taken for one.
const magic = "\x89SAGb\r\n\x1a"

const (
	frameSize = len(magic) + 16
	maxHeader = 16 << 10
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errNoEntry = errors.New("no entry")

// frame is the fixed part of an entry.
type frame struct {
	header, payload int
	payloadSum      uint32
	headerSum       uint32
}

func (f frame) size() int { return frameSize + f.header + f.payload }

// appendEntry appends a whole entry to dst: its frame, header and payload.
func appendEntry(dst []byte, h *header, payload []byte) []byte {
	begin := len(dst)
	dst = append(dst, magic...)
	dst = append(dst, make([]byte, frameSize-len(magic))...)
	dst = h.append(dst)
	fixed := dst[begin:]
	binary.LittleEndian.PutUint32(fixed[8:], uint32(len(fixed)-frameSize))
	binary.LittleEndian.PutUint32(fixed[12:], uint32(len(payload)))
	binary.LittleEndian.PutUint32(fixed[16:], crc32.Checksum(payload, castagnoli))
	binary.LittleEndian.PutUint32(fixed[20:], headerSum(fixed))
	return append(dst, payload...)
}

// headerSum covers the frame up to the sum's own place, and the header.
func headerSum(b []byte) uint32 {
	return crc32.Update(crc32.Checksum(b[:20], castagnoli), castagnoli, b[frameSize:])
}

// readFrame reads the fixed part. Its lengths are within bounds, but only readHeader knows whether
// they are right.
func readFrame(b []byte) (frame, error) {
	if len(b) < frameSize || string(b[:len(magic)]) != magic {
		return frame{}, errNoEntry
	}
	header, payload := binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:])
	if header > maxHeader || payload > maxPayload {
		return frame{}, errNoEntry
	}
	return frame{int(header), int(payload), binary.LittleEndian.Uint32(b[16:]), binary.LittleEndian.Uint32(b[20:])}, nil
}

// readHeader checks and reads the frame and header that b begins with.
func readHeader(b []byte) (frame, header, error) {
	f, err := readFrame(b)
	if err != nil {
		return f, header{}, err
	}
	if len(b) < frameSize+f.header || headerSum(b[:frameSize+f.header]) != f.headerSum {
		return f, header{}, errNoEntry
	}
	h, err := parseHeader(b[frameSize : frameSize+f.header])
	return f, h, err
}
