package packet

import (
	"slices"
	"strings"

	"github.com/sagflow/sagflow/flowtable"
)

// v4 is an IPv4 header with 20 octets: total length, identification, fragment field, protocol.
func v4(length, ident, fragment, protocol string) string {
	return "45 00" + length + ident + fragment + "40" + protocol + "00 00 c0 00 02 01 c6 33 64 02"
}

// v6 is an IPv6 header: payload length, next header.
func v6(length, next string) string { return "60 00 00 00" + length + next + "40" + address6 }

func want4(change func(*flowtable.Packet)) flowtable.Packet {
	return edit(wantUDP4(), func(p *flowtable.Packet) {
		p.ToS, p.SrcPort, p.DstPort = 0, 0, 0
		change(p)
	})
}

func want6(change func(*flowtable.Packet)) flowtable.Packet {
	return edit(wantUDP6(), func(p *flowtable.Packet) {
		p.ToS, p.SrcPort, p.DstPort = 0, 0, 0
		change(p)
	})
}

// ported is the change to a protocol with ports 53 and 54321, and flags.
func ported(length uint64, protocol uint8) func(*flowtable.Packet) {
	return func(p *flowtable.Packet) {
		p.Octets, p.Protocol, p.SrcPort, p.DstPort = length, protocol, 53, 54321
	}
}

// bare is the change to a protocol without ports.
func bare(length uint64, protocol uint8) func(*flowtable.Packet) {
	return func(p *flowtable.Packet) { p.Octets, p.Protocol = length, protocol }
}

// headerCases are IP packets with every header and note.
func headerCases() []frameCase {
	return slices.Concat(transportCases(), ipv4Cases(), extensionCases(), ipv6LengthCases())
}

func transportCases() []frameCase {
	tcp := func(p *flowtable.Packet) {
		p.Octets, p.Protocol, p.SrcPort, p.DstPort, p.TCPFlags = 40, 6, 443, 1024, 0x12
	}
	icmp := func(length uint64, protocol uint8) func(*flowtable.Packet) {
		return func(p *flowtable.Packet) { p.Octets, p.Protocol, p.DstPort = length, protocol, 0x0301 }
	}
	noFlags := func(p *flowtable.Packet) { tcp(p); p.Octets, p.TCPFlags = 33, 0 }
	return []frameCase{
		{name: "tcp", linkType: 228, data: v4("00 28", "00 01", "40 00", "06") + tcpHeader, want: want4(tcp)},
		{
			name: "tcp, 13 octets", linkType: 228, data: v4("00 21", "00 01", "40 00", "06") + tcpHeader,
			notes: []Note{TCPFlagsCut}, want: want4(noFlags),
		},
		{
			name: "tcp, 3 octets", linkType: 228, data: v4("00 17", "00 01", "40 00", "06") + tcpHeader,
			notes: []Note{PortsCut}, want: want4(bare(23, 6)),
		},
		{name: "sctp", linkType: 228, data: v4("00 18", "00 01", "00 00", "84") + udpHeader, want: want4(ported(24, 132))},
		{name: "dccp", linkType: 228, data: v4("00 1c", "00 01", "00 00", "21") + udpHeader, want: want4(ported(28, 33))},
		{name: "udp-lite", linkType: 228, data: v4("00 1c", "00 01", "00 00", "88") + udpHeader, want: want4(ported(28, 136))},
		{
			name: "udp ports behind the ip length", linkType: 228, data: v4("00 17", "00 01", "00 00", "11") + udpHeader,
			notes: []Note{PortsCut}, want: want4(bare(23, 17)),
		},
		{name: "gre", linkType: 228, data: v4("00 1c", "00 01", "00 00", "2f") + udpHeader, want: want4(bare(28, 47))},
		{name: "icmp", linkType: 228, data: v4("00 18", "00 01", "00 00", "01") + "03 01 00 00", want: want4(icmp(24, 1))},
		{name: "icmpv6", linkType: 229, data: v6("00 04", "3a") + "03 01 00 00", want: want6(icmp(44, 58))},
		{name: "icmpv6 in ipv4", linkType: 228, data: v4("00 18", "00 01", "00 00", "3a") + "03 01 00 00", want: want4(icmp(24, 58))},
		{name: "icmp in ipv6", linkType: 229, data: v6("00 04", "01") + "03 01 00 00", want: want6(icmp(44, 1))},
		{
			name: "icmp, one octet", linkType: 228, data: v4("00 15", "00 01", "00 00", "01") + "03 01",
			notes: []Note{ICMPTypeCut}, want: want4(bare(21, 1)),
		},
		{name: "tcp in ipv6", linkType: 229, data: v6("00 14", "06") + tcpHeader, want: want6(func(p *flowtable.Packet) {
			tcp(p)
			p.Octets = 60
		})},
	}
}

func ipv4Cases() []frameCase {
	first := func(p *flowtable.Packet) {
		ported(28, 17)(p)
		p.Fragment, p.FragmentID = flowtable.FirstFragment, 0xabcd
	}
	later := func(p *flowtable.Packet) {
		bare(28, 17)(p)
		p.Fragment, p.FragmentID = flowtable.LaterFragment, 0xabcd
	}
	options := "46 00 00 20 ab cd 20 00 40 11 00 00 c0 00 02 01 c6 33 64 02"
	return []frameCase{
		{
			name: "first fragment", linkType: 228, data: v4("00 1c", "ab cd", "20 00", "11") + udpHeader,
			notes: []Note{IPv4Fragment}, want: want4(first),
		},
		{
			name: "later fragment", linkType: 228, data: v4("00 1c", "ab cd", "20 01", "11") + udpHeader,
			notes: []Note{IPv4Fragment}, want: want4(later),
		},
		{
			name: "last fragment", linkType: 228, data: v4("00 1c", "ab cd", "1f ff", "11") + udpHeader,
			notes: []Note{IPv4Fragment}, want: want4(later),
		},
		{
			name: "reserved bit, don't fragment", linkType: 228, data: v4("00 1c", "ab cd", "c0 00", "11") + udpHeader,
			want: want4(ported(28, 17)),
		},
		{
			name: "first fragment with options", linkType: 228, data: options + "01 01 01 01" + udpHeader,
			notes: []Note{IPv4Fragment},
			want:  want4(func(p *flowtable.Packet) { first(p); p.Octets = 32 }),
		},
		{
			name: "fragment with options cut", linkType: 228, data: options + "01 01 01", length: 32,
			notes: []Note{CutBySnapLength, IPv4OptionsCut}, want: want4(bare(32, 17)),
		},
		{
			name: "length past the frame", linkType: 228, data: v4("05 dc", "00 01", "00 00", "11") + udpHeader,
			notes: []Note{PastFrame}, want: want4(ported(1500, 17)),
		},
		{
			name: "cut by the snap length", linkType: 228, data: v4("05 dc", "00 01", "00 00", "11") + "00 35", length: 1500,
			notes: []Note{CutBySnapLength, PortsCut}, want: want4(bare(1500, 17)),
		},
		{
			name: "captured longer than on the wire", linkType: 228, data: v4("00 1c", "00 01", "00 00", "11") + udpHeader, length: 20,
			notes: []Note{LongerThanWire, PastFrame}, want: want4(ported(28, 17)),
		},
		{
			name: "total length 0", linkType: 228, data: v4("00 00", "00 01", "00 00", "11") + udpHeader, length: 70000,
			notes: []Note{CutBySnapLength, IPv4ZeroLength}, want: want4(ported(70000, 17)),
		},
		{
			name: "total length 0, all of the frame captured", linkType: 1,
			data:  ether + "08 00" + v4("00 00", "00 01", "00 00", "11") + udpHeader,
			notes: []Note{IPv4ZeroLength}, want: want4(ported(28, 17)),
		},
	}
}

func extensionCases() []frameCase {
	fragment := func(length uint64, protocol uint8, which flowtable.Fragment) func(*flowtable.Packet) {
		return func(p *flowtable.Packet) {
			p.Octets, p.Protocol, p.Fragment, p.FragmentID = length, protocol, which, 0xdeadbeef
			if which == flowtable.FirstFragment {
				p.SrcPort, p.DstPort = 53, 54321
			}
		}
	}
	const (
		ident = "de ad be ef"
		chain = "2b 00 01 04 00 00 00 00  3c 00 01 04 00 00 00 00  33 01 01 04 00 00 00 00 00 00 00 00 00 00 00 00" // hop-by-hop, routing, destination
		ah    = "11 04 00 00 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00"
	)
	return []frameCase{
		{
			name: "all extension headers", linkType: 229, data: v6("00 40", "00") + chain + ah + udpHeader,
			want: want6(ported(104, 17)),
		},
		{
			name: "atomic fragment", linkType: 229, data: v6("00 10", "2c") + "11 00 00 06" + ident + udpHeader,
			want: want6(ported(56, 17)),
		},
		{
			name: "first fragment", linkType: 229, data: v6("00 10", "2c") + "11 00 00 01" + ident + udpHeader,
			notes: []Note{IPv6Fragment}, want: want6(fragment(56, 17, flowtable.FirstFragment)),
		},
		{
			name: "first fragment, extension behind", linkType: 229,
			data:  v6("00 18", "2c") + "3c 00 00 01" + ident + "11 00 01 04 00 00 00 00" + udpHeader,
			notes: []Note{IPv6Fragment}, want: want6(fragment(64, 17, flowtable.FirstFragment)),
		},
		{
			name: "first fragment, extension cut", linkType: 229,
			data:  v6("00 10", "2c") + "3c 00 00 01" + ident + "11 01 01 04 00 00 00 00",
			notes: []Note{IPv6Fragment, IPv6ExtensionsCut}, want: want6(bare(56, 60)),
		},
		{
			name: "later fragment", linkType: 229, data: v6("00 10", "2c") + "3c 00 00 09" + ident + udpHeader,
			notes: []Note{IPv6Fragment}, want: want6(fragment(56, 60, flowtable.LaterFragment)),
		},
		{
			name: "fragment in a fragment: the outer identification", linkType: 229,
			data:  v6("00 18", "2c") + "2c 00 00 01" + ident + "11 00 00 08 00 00 00 01" + udpHeader,
			notes: []Note{IPv6Fragment}, want: want6(fragment(64, 17, flowtable.LaterFragment)),
		},
		{
			name: "fragment header cut", linkType: 229, data: v6("00 07", "2c") + "11 00 00 01 de ad be",
			notes: []Note{IPv6ExtensionsCut}, want: want6(bare(47, 44)),
		},
		{
			name: "hop-by-hop header cut", linkType: 229, data: v6("00 01", "00") + "11",
			notes: []Note{IPv6ExtensionsCut}, want: want6(bare(41, 0)),
		},
		{
			name: "hop-by-hop header past the ip length", linkType: 229, data: v6("00 0c", "00") + "11 01 01 04 00 00 00 00" + udpHeader,
			notes: []Note{IPv6ExtensionsCut}, want: want6(bare(52, 0)),
		},
		{
			name: "ah cut", linkType: 229, data: v6("00 0b", "33") + "11 01 00 00 00 00 00 00 00 00 00",
			notes: []Note{IPv6ExtensionsCut}, want: want6(bare(51, 51)),
		},
		{name: "esp", linkType: 229, data: v6("00 08", "32") + udpHeader, want: want6(bare(48, 50))},
		{name: "mobility", linkType: 229, data: v6("00 08", "87") + udpHeader, want: want6(bare(48, 135))},
		{name: "no next header", linkType: 229, data: v6("00 00", "3b") + udpHeader, want: want6(bare(40, 59))},
	}
}

func ipv6LengthCases() []frameCase {
	const (
		jumbo     = "11 00 c2 04 00 01 00 10"
		padJumbo  = "11 01 00 01 01 00 00 c2 04 00 01 00 18 00 00 00"
		zeroJumbo = "11 00 c2 04 00 00 00 00"
	)
	return []frameCase{
		{
			name: "length past the frame", linkType: 229, data: v6("05 b4", "11") + udpHeader,
			notes: []Note{PastFrame}, want: want6(ported(1500, 17)),
		},
		{
			name: "jumbogram", linkType: 229, data: v6("00 00", "00") + jumbo + udpHeader, length: 65592,
			notes: []Note{CutBySnapLength, IPv6Jumbogram}, want: want6(ported(65592, 17)),
		},
		{
			name: "jumbogram, option behind padding", linkType: 229, data: v6("00 00", "00") + padJumbo + udpHeader, length: 65600,
			notes: []Note{CutBySnapLength, IPv6Jumbogram}, want: want6(ported(65600, 17)),
		},
		{
			name: "jumbogram of length 0", linkType: 229, data: v6("00 00", "00") + zeroJumbo + udpHeader,
			notes: []Note{IPv6ZeroLength}, want: want6(ported(56, 17)),
		},
		{
			name: "payload length 0", linkType: 229, data: v6("00 00", "11") + udpHeader, length: 70000,
			notes: []Note{CutBySnapLength, IPv6ZeroLength}, want: want6(ported(70000, 17)),
		},
		{
			name: "payload length 0 and padding", linkType: 229, data: v6("00 00", "11") + strings.Repeat("00", 6),
			notes: []Note{PortsCut}, want: want6(bare(40, 17)),
		},
	}
}
