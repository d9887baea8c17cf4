package packet

import (
	"encoding/hex"
	"strings"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
)

// octets makes octets of hexadecimal digits; blanks are for the reader.
func octets(digits ...string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(strings.Join(digits, "")), ""))
	if err != nil {
		panic(err)
	}
	return b
}

// Parts of frames, in hexadecimal.
const (
	ether = "02 00 00 00 00 02  02 00 00 00 00 01 " // addresses; the ethertype follows

	// 192.0.2.1 → 198.51.100.2, UDP 53 → 54321, ToS 0xb8, total length 28.
	udp4 = "45 b8 00 1c  12 34 00 00  40 11 00 00  c0 00 02 01  c6 33 64 02 " + udpHeader
	// 2001:db8::1 → 2001:db8::2, UDP 53 → 54321, traffic class 0xb8, payload length 8.
	udp6 = "6b 80 00 00  00 08  11 40 " + address6 + udpHeader

	udpHeader = "00 35 d4 31 00 08 00 00 "
	address6  = "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 " +
		"20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 "

	// 443 → 1024, flags 0x12.
	tcpHeader = "01 bb 04 00 00 00 00 01 00 00 00 02 50 12 ff ff 00 00 00 00 "

	snap     = "aa aa 03 00 00 00 "
	dataWLAN = "08 01 00 00  02 00 00 00 00 02  02 00 00 00 00 01  02 00 00 00 00 03  00 00 "
)

func wantUDP4() flowtable.Packet {
	return flowtable.Packet{
		Time: frameTime, Octets: 28, IPVersion: 4, Protocol: 17, ToS: 0xb8, SrcPort: 53, DstPort: 54321,
		Src: [16]byte{192, 0, 2, 1}, Dst: [16]byte{198, 51, 100, 2},
	}
}

func wantUDP6() flowtable.Packet {
	return flowtable.Packet{
		Time: frameTime, Octets: 48, IPVersion: 6, Protocol: 17, ToS: 0xb8, SrcPort: 53, DstPort: 54321,
		Src: [16]byte{0x20, 0x01, 0x0d, 0xb8, 15: 1}, Dst: [16]byte{0x20, 0x01, 0x0d, 0xb8, 15: 2},
	}
}

const frameTime = int64(1_700_000_000_123_456_789)

// frameCase is a frame and what becomes of it.
type frameCase struct {
	name     string
	linkType uint16
	data     string // hexadecimal
	big      bool   // capture.Frame.BigEndian
	length   uint32 // on the wire; 0: as captured
	text     string // the verdict's text; empty: counted
	notes    []Note
	want     flowtable.Packet
}

func (c *frameCase) frame() capture.Frame {
	f := capture.Frame{Data: octets(c.data), Time: frameTime, Length: c.length, LinkType: c.linkType, BigEndian: c.big}
	if f.Length == 0 {
		f.Length = uint32(len(f.Data))
	}
	return f
}

// seedFrames are the frames of all tables.
func seedFrames() []capture.Frame {
	var frames []capture.Frame
	for _, cases := range [][]frameCase{linkCases(), headerCases(), refusedCases()} {
		for i := range cases {
			frames = append(frames, cases[i].frame())
		}
	}
	return frames
}

// edit returns a packet with some fields changed.
func edit(p flowtable.Packet, change func(*flowtable.Packet)) flowtable.Packet {
	change(&p)
	return p
}

// tagged returns a packet with a VLAN id.
func tagged(p flowtable.Packet, vid uint16) flowtable.Packet {
	p.VLAN = vid
	return p
}
