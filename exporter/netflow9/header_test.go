package netflow9

import (
	"bytes"
	"testing"
)

func TestHeader(t *testing.T) {
	b := bytes.Repeat([]byte{0xff}, headerLength+1)
	header{count: 0x0102, uptime: 0x03040506, seconds: 0x0708090a, sequence: 0x0b0c0d0e, source: 0x0f101112}.put(b)
	want := []byte{
		0, 9, // Version Number
		1, 2, // Count
		3, 4, 5, 6, // sysUpTime
		7, 8, 9, 10, // UNIX Secs
		11, 12, 13, 14, // Sequence Number
		15, 16, 17, 18, // Source ID
		0xff, // not the header's
	}
	if !bytes.Equal(b, want) {
		t.Errorf("header %x, want %x", b, want)
	}
}
