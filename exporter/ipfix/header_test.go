package ipfix

import (
	"bytes"
	"testing"
)

func TestHeader(t *testing.T) {
	b := bytes.Repeat([]byte{0xff}, headerLength+1)
	header{length: 0x0102, exportTime: 0x03040506, sequence: 0x0708090a, domain: 0x0b0c0d0e}.put(b)
	want := []byte{
		0, 10, // Version
		1, 2, // Length
		3, 4, 5, 6, // Export Time
		7, 8, 9, 10, // Sequence Number
		11, 12, 13, 14, // Observation Domain ID
		0xff, // not the header's
	}
	if !bytes.Equal(b, want) {
		t.Errorf("header %x, want %x", b, want)
	}
}
