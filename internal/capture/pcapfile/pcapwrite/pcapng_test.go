package pcapwrite

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPcapngBlocks(t *testing.T) {
	little, big := Pcapng{}, Pcapng{BigEndian: true}
	data := []byte{0xab, 0xcd, 0xef}
	for _, c := range []struct {
		name string
		got  []byte
		want []string // type and length, body, length
	}{
		{"section", little.AppendSection(nil), []string{"0a0d0d0a 1c000000", "4d3c2b1a 0100 0000 ffffffffffffffff", "1c000000"}},
		{"section, big-endian", big.AppendSection(nil), []string{"0a0d0d0a 0000001c", "1a2b3c4d 0001 0000 ffffffffffffffff", "0000001c"}},
		{"interface", little.AppendInterface(nil, Interface{LinkType: 113, SnapLength: 96}), []string{"01000000 14000000", "7100 0000 60000000", "14000000"}},
		{
			"interface with options",
			big.AppendInterface(nil, Interface{LinkType: 1, Options: []Option{big.Resolution(9), big.Offset(-2)}}),
			[]string{"00000001 0000002c", "0001 0000 00000000", "0009 0001 09000000", "000e 0008 fffffffffffffffe", "0000 0000", "0000002c"},
		},
		{
			"enhanced packet",
			little.AppendEnhanced(nil, 2, 0x0102030405060708, 60, data),
			[]string{"06000000 24000000", "02000000 04030201 08070605 03000000 3c000000", "abcdef00", "24000000"},
		},
		{
			"obsolete packet",
			big.AppendObsolete(nil, 2, 7, 0x0102030405060708, 60, data),
			[]string{"00000002 00000024", "0002 0007 01020304 05060708 00000003 0000003c", "abcdef00", "00000024"},
		},
		{"simple packet", little.AppendSimple(nil, 60, data), []string{"03000000 14000000", "3c000000 abcdef00", "14000000"}},
		{"any block", big.AppendBlock(nil, BlockCustom, data), []string{"00000bad 00000010", "abcdef00", "00000010"}},
		{"empty block", little.AppendBlock(nil, BlockStatistics, nil), []string{"05000000 0c000000", "0c000000"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(octets(t, c.want...), c.got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAppendKeepsWhatIsThere(t *testing.T) {
	w := Pcapng{}
	b := w.AppendSimple(w.AppendInterface(w.AppendSection([]byte("x")), Interface{}), 1, []byte{9})
	if len(b) != 1+28+20+20 || b[0] != 'x' {
		t.Errorf("% x", b)
	}
}
