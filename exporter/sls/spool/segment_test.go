package spool

import (
	"encoding/binary"
	"hash/crc32"
	"testing"
)

// reseal puts the right sum into a changed segment header.
func reseal(b []byte) []byte {
	binary.LittleEndian.PutUint32(b[12:], crc32.Checksum(b[:12], castagnoli))
	return b
}

func TestSegmentVersion(t *testing.T) {
	if v, ok := segmentVersion(appendSegmentHeader(nil)); v != version || !ok {
		t.Errorf("version %d, %v", v, ok)
	}
	for i := range segmentHeader {
		b := appendSegmentHeader(nil)
		b[i] ^= 4
		if _, ok := segmentVersion(b); ok {
			t.Errorf("a change of octet %d is not found", i)
		}
		if _, ok := segmentVersion(b[:i]); ok {
			t.Errorf("%d octets pass for a header", i)
		}
	}
}

func TestNumbered(t *testing.T) {
	for name, want := range map[string]uint64{
		"0000000000000001.seg": 1, "ffffffffffffffff.seg": 1<<64 - 1, "000000000000002A.seg": 0, "2a.seg": 0,
		"0000000000000000.seg": 0, "0000000000000001.marks": 0, "+000000000000001.seg": 0, "0000000000000001.seg.damaged": 0,
	} {
		if n, ok := numbered(name, segmentSuffix); n != want && ok || ok != (want > 0) {
			t.Errorf("%q: number %d, %v; want %d", name, n, ok, want)
		}
	}
}
