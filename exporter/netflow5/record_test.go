package netflow5

import (
	"bytes"
	"testing"

	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
)

func TestRecord(t *testing.T) {
	r := wiretest.TCP()
	r.Input, r.Output = 0x0102, 0x0304
	b := appendRecord([]byte{0xee}, &r, part{packets: 0x05060708, octets: 0x090a0b0c, first: 0x0d0e0f10, last: 0x11121314})
	want := []byte{
		0xee,
		192, 0, 2, 1, // srcaddr
		198, 51, 100, 2, // dstaddr
		0, 0, 0, 0, // nexthop
		1, 2, // input
		3, 4, // output
		5, 6, 7, 8, // dPkts
		9, 10, 11, 12, // dOctets
		13, 14, 15, 16, // First
		17, 18, 19, 20, // Last
		0xc0, 0x00, // srcport 49152
		0x01, 0xbb, // dstport 443
		0,          // pad1
		0x1b,       // tcp_flags
		6,          // prot
		0xb8,       // tos
		0, 0, 0, 0, // src_as, dst_as
		0, 0, // src_mask, dst_mask
		0, 0, // pad2
	}
	if !bytes.Equal(b, want) {
		t.Errorf("record %x, want %x", b, want)
	}
}

func TestInterfaceNumbers(t *testing.T) {
	for n, want := range map[uint32]uint16{0: 0, 1: 1, 65535: 65535, 65536: 0, 65537: 0, 1<<32 - 1: 0} {
		if got := ifIndex(n); got != want {
			t.Errorf("ifIndex(%d) = %d, want %d", n, got, want)
		}
	}
}
