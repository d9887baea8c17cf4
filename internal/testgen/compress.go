package main

import (
	"encoding/binary"
	"hash/crc32"
)

// gzipStored wraps b as one gzip member of stored blocks (RFC 1952 §2.3, RFC 1951 §3.2.4).
func gzipStored(b []byte) []byte {
	out := []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}
	for rest := b; ; {
		n := min(len(rest), 0xffff)
		last := byte(0)
		if n == len(rest) {
			last = 1
		}
		out = append(out, last)
		out = binary.LittleEndian.AppendUint16(out, uint16(n))
		out = binary.LittleEndian.AppendUint16(out, ^uint16(n))
		out = append(out, rest[:n]...)
		if rest = rest[n:]; last == 1 {
			break
		}
	}
	out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(b))
	return binary.LittleEndian.AppendUint32(out, uint32(len(b)))
}

// zstdStored wraps b as one zstd frame of raw blocks (RFC 8878 §3.1.1).
func zstdStored(b []byte) []byte {
	out := binary.LittleEndian.AppendUint32(nil, 0xfd2fb528)
	out = append(out, 0xa0) // content size of 4 octets, single segment, no checksum
	out = binary.LittleEndian.AppendUint32(out, uint32(len(b)))
	for rest := b; ; {
		n := min(len(rest), 1<<16)
		header := uint32(n) << 3
		if n == len(rest) {
			header |= 1
		}
		out = append(out, byte(header), byte(header>>8), byte(header>>16))
		out = append(out, rest[:n]...)
		if rest = rest[n:]; header&1 == 1 {
			return out
		}
	}
}
