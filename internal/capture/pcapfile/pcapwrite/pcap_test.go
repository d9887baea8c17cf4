package pcapwrite

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// octets reads hexadecimal digits with spaces between fields.
func octets(t *testing.T, fields ...string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(strings.Join(fields, ""), " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPcapHeader(t *testing.T) {
	for _, c := range []struct {
		name string
		pcap Pcap
		want string // magic, version, zone, accuracy, snap length, link type
	}{
		{"usual", Pcap{LinkType: 1}, "d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000"},
		{"big-endian", Pcap{BigEndian: true, LinkType: 1}, "a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001"},
		{"ns", Pcap{Nano: true, SnapLength: 96, LinkType: 113}, "4d3cb2a1 0200 0400 00000000 00000000 60000000 71000000"},
		{"modified", Pcap{Modified: true, Nano: true}, "34cdb2a1 0200 0400 00000000 00000000 00000400 00000000"},
		{"version 2.2", Pcap{Major: 2, Minor: 2}, "d4c3b2a1 0200 0200 00000000 00000000 00000400 00000000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(octets(t, "ff", c.want), c.pcap.AppendHeader([]byte{0xff})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPcapRecord(t *testing.T) {
	packet := Packet{Time: 3*1e9 + 5_000_007, Length: 64, Data: []byte{0xab, 0xcd}}
	for _, c := range []struct {
		name   string
		pcap   Pcap
		packet Packet
		want   string // seconds, fraction, captured, length, [modified's eight], data
	}{
		{"us", Pcap{}, packet, "03000000 88130000 02000000 40000000 abcd"},
		{"ns, big-endian", Pcap{Nano: true, BigEndian: true}, packet, "00000003 004c4b47 00000002 00000040 abcd"},
		{"modified", Pcap{Modified: true}, packet, "03000000 88130000 02000000 40000000 0000000000000000 abcd"},
		{"length as captured", Pcap{}, Packet{Data: []byte{1}}, "00000000 00000000 01000000 01000000 01"},
		{"lengths swapped", Pcap{Major: 2, Minor: 2}, packet, "03000000 88130000 40000000 02000000 abcd"},
		{"lengths of version 2.3", Pcap{Major: 2, Minor: 3}, packet, "03000000 88130000 02000000 40000000 abcd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(octets(t, "ff", c.want), c.pcap.AppendRecord([]byte{0xff}, c.packet)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
