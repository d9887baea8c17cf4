package netflow5

import (
	"bytes"
	"testing"
)

func TestHeader(t *testing.T) {
	b := bytes.Repeat([]byte{0xff}, headerLength+1)
	header{count: 0x0102, uptime: 0x03040506, seconds: 0x0708090a, sequence: 0x0b0c0d0e, engine: 0x0f10}.put(b)
	want := []byte{
		0, 5, // version
		1, 2, // count
		3, 4, 5, 6, // SysUptime
		7, 8, 9, 10, // unix_secs
		0, 0, 0, 0, // unix_nsecs
		11, 12, 13, 14, // flow_sequence
		15,   // engine_type
		16,   // engine_id
		0, 0, // sampling mode and interval
		0xff, // not the header's
	}
	if !bytes.Equal(b, want) {
		t.Errorf("header %x, want %x", b, want)
	}
}
