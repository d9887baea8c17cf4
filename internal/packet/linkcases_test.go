package packet

import (
	"slices"
	"strings"
)

// linkCases are frames of every link type, tag and label that lead to an IP packet.
func linkCases() []frameCase {
	return slices.Concat(ethernetCases(), hostCases(), serialCases(), cookedCases(), lanCases())
}

func ethernetCases() []frameCase {
	v4, v6 := wantUDP4(), wantUDP6()
	return []frameCase{
		{name: "ethernet, ipv4", linkType: 1, data: ether + "08 00" + udp4, want: v4},
		{name: "ethernet, ipv6", linkType: 1, data: ether + "86 dd" + udp6, want: v6},
		{name: "ethernet with padding", linkType: 1, data: ether + "08 00" + udp4 + strings.Repeat("ff", 18), want: v4},
		{name: "802.1Q", linkType: 1, data: ether + "81 00 60 0a 08 00" + udp4, want: tagged(v4, 10)},
		{name: "802.1ad, 802.1Q", linkType: 1, data: ether + "88 a8 0f ff 81 00 00 02 86 dd" + udp6, want: tagged(v6, 4095)},
		{name: "9100, 9200, 9300", linkType: 1, data: ether + "91 00 00 03 92 00 00 02 93 00 00 01 08 00" + udp4, want: tagged(v4, 3)},
		{name: "priority tag before a VLAN", linkType: 1, data: ether + "81 00 e0 00 81 00 00 05 08 00" + udp4, want: v4},
		{name: "mpls", linkType: 1, data: ether + "88 47 00 01 01 40" + udp4, want: v4},
		{name: "mpls multicast, two labels, ipv6", linkType: 1, data: ether + "88 48 00 01 00 40 00 02 01 40" + udp6, want: v6},
		{name: "vlan, mpls", linkType: 1, data: ether + "81 00 00 07 88 47 00 01 01 40" + udp4, want: tagged(v4, 7)},
		{name: "pppoe", linkType: 1, data: ether + "88 64 11 00 00 01 00 1e 00 21" + udp4, want: v4},
		{name: "pppoe, ipv6", linkType: 1, data: ether + "88 64 11 00 00 01 00 32 00 57" + udp6, want: v6},
		{name: "pppoe, one octet of protocol", linkType: 1, data: ether + "88 64 11 00 00 01 00 1d 21" + udp4, want: v4},
		{name: "pppoe, mpls", linkType: 1, data: ether + "88 64 11 00 00 01 00 22 02 81 00 01 01 40" + udp4, want: v4},
		{name: "snap", linkType: 1, data: ether + "00 24" + snap + "08 00" + udp4, want: v4},
		{name: "snap of a bridge", linkType: 1, data: ether + "00 24 aa aa 03 00 00 f8 08 00" + udp4, want: v4},
		{name: "snap, vlan", linkType: 1, data: ether + "00 28" + snap + "81 00 00 09 08 00" + udp4, want: tagged(v4, 9)},
		{name: "vlan, snap, vlan", linkType: 1, data: ether + "81 00 00 08 00 28" + snap + "81 00 00 09 08 00" + udp4, want: tagged(v4, 9)},
		{name: "llc, ip sap", linkType: 1, data: ether + "00 1f 06 06 03" + udp4, want: v4},
	}
}

func hostCases() []frameCase {
	v4, v6 := wantUDP4(), wantUDP6()
	return []frameCase{
		{name: "null, little-endian", linkType: 0, data: "02 00 00 00" + udp4, want: v4},
		{name: "null, big-endian", linkType: 0, data: "00 00 00 02" + udp4, want: v4},
		{name: "null, linux ipv6", linkType: 0, data: "0a 00 00 00" + udp6, want: v6},
		{name: "null, openbsd ipv6", linkType: 0, data: "18 00 00 00" + udp6, want: v6},
		{name: "null, freebsd ipv6", linkType: 0, data: "1c 00 00 00" + udp6, want: v6},
		{name: "null, darwin ipv6", linkType: 0, data: "1e 00 00 00" + udp6, want: v6},
		{name: "loop", linkType: 108, data: "00 00 00 18" + udp6, want: v6},
		{name: "enc", linkType: 109, data: "02 00 00 00 11 22 33 44 00 00 00 01" + udp4, want: v4},
		{name: "pflog", linkType: 117, data: "3d 02" + strings.Repeat("00", 62) + udp4, want: v4},
		{name: "pflog, ipv6", linkType: 117, data: "04 18 00 00" + udp6, want: v6},

		{name: "raw, bsd", linkType: 12, data: udp4, want: v4},
		{name: "raw, openbsd", linkType: 14, data: udp6, want: v6},
		{name: "raw", linkType: 101, data: udp4, want: v4},
		{name: "ipv4", linkType: 228, data: udp4, want: v4},
		{name: "ipv6", linkType: 229, data: udp6, want: v6},
		{name: "atm clip", linkType: 106, data: udp4, want: v4},
		{name: "atm rfc 1483", linkType: 11, data: snap + "86 dd" + udp6, want: v6},
	}
}

func serialCases() []frameCase {
	v4, v6 := wantUDP4(), wantUDP6()
	return []frameCase{
		{name: "ppp", linkType: 9, data: "00 21" + udp4, want: v4},
		{name: "ppp with framing", linkType: 9, data: "ff 03 00 57" + udp6, want: v6},
		{name: "ppp, mpls multicast", linkType: 9, data: "ff 03 02 83 00 01 01 40" + udp6, want: v6},
		{name: "ppp in hdlc", linkType: 50, data: "ff 03 00 21" + udp4, want: v4},
		{name: "ppp in hdlc without framing", linkType: 50, data: "21" + udp4, want: v4},
		{name: "cisco hdlc as ppp", linkType: 50, data: "0f 00 08 00" + udp4, want: v4},
		{name: "cisco hdlc broadcast as ppp", linkType: 50, data: "8f 00 86 dd" + udp6, want: v6},
		{name: "cisco hdlc", linkType: 104, data: "0f 00 08 00" + udp4, want: v4},
		{name: "cisco hdlc, mpls", linkType: 104, data: "0f 00 88 47 00 01 01 40" + udp4, want: v4},
		{name: "ppp as cisco hdlc", linkType: 104, data: "ff 03 00 57" + udp6, want: v6},
		{name: "pppoe link", linkType: 51, data: "11 00 00 01 00 1e 00 21" + udp4, want: v4},
		{name: "pppd", linkType: 166, data: "01 00 00 21" + udp4, want: v4},
		{name: "ppp with direction", linkType: 204, data: "01 ff 03 00 21" + udp4, want: v4},

		{name: "frame relay, nlpid", linkType: 107, data: "04 01 03 cc" + udp4, want: v4},
		{name: "frame relay, nlpid ipv6", linkType: 107, data: "18 41 03 8e" + udp6, want: v6},
		{name: "frame relay, four octets of address, padding", linkType: 107, data: "04 00 00 01 03 00 cc" + udp4, want: v4},
		{name: "frame relay, snap", linkType: 107, data: "04 01 03 00 80 00 00 00 08 00" + udp4, want: v4},
		{name: "frame relay, cisco", linkType: 107, data: "04 01 86 dd" + udp6, want: v6},
	}
}

func cookedCases() []frameCase {
	v4, v6 := wantUDP4(), wantUDP6()
	return []frameCase{
		{
			name: "sll", linkType: 113,
			data: "00 00 00 01 00 06 02 00 00 00 00 01 00 00 08 00" + udp4, want: v4,
		},
		{
			name: "sll, llc", linkType: 113,
			data: "00 00 00 01 00 06 02 00 00 00 00 01 00 00 00 04" + snap + "86 dd" + udp6, want: v6,
		},
		{
			name: "sll2, vlan", linkType: 276,
			data: "81 00 00 00 00 00 00 02 00 01 00 06 02 00 00 00 00 01 00 00  00 15 86 dd" + udp6, want: tagged(v6, 21),
		},
		{name: "sll2", linkType: 276, data: "08 00" + strings.Repeat("00", 18) + udp4, want: v4},

		{
			name: "nflog", linkType: 239,
			data: "02 00 00 01  08 00 01 00 08 00 01 00  05 00 0a 00 78 00 00 00  20 00 09 00" + udp4, want: v4,
		},
		{
			name: "nflog, big-endian, ipv6", linkType: 239, big: true,
			data: "0a 00 00 01  00 06 00 01 08 00 00 00  00 34 80 09" + udp6, want: v6,
		},
	}
}

func lanCases() []frameCase {
	v4, v6 := wantUDP4(), wantUDP6()
	return []frameCase{
		{name: "802.11", linkType: 105, data: dataWLAN + snap + "08 00" + udp4, want: v4},
		{
			name: "802.11, qos", linkType: 105,
			data: "88" + dataWLAN[2:] + "00 00" + snap + "08 00" + udp4, want: v4,
		},
		{
			name: "802.11, four addresses, qos, ht control", linkType: 105,
			data: "88 83" + dataWLAN[5:] + "02 00 00 00 00 04  00 00  00 00 00 00" + snap + "86 dd" + udp6, want: v6,
		},
		{name: "radiotap", linkType: 127, data: "00 00 0a 00 00 00 00 00 ff ff" + dataWLAN + snap + "08 00" + udp4, want: v4},
		{name: "ppi, 802.11", linkType: 192, data: "00 00 08 00 69 00 00 00" + dataWLAN + snap + "08 00" + udp4, want: v4},
		{name: "ppi, ethernet", linkType: 192, data: "00 00 08 00 01 00 00 00" + ether + "86 dd" + udp6, want: v6},
		{name: "prism", linkType: 119, data: strings.Repeat("00", 144) + dataWLAN + snap + "08 00" + udp4, want: v4},
		{name: "avs", linkType: 163, data: "80 21 10 01 00 00 00 0c ff ff ff ff" + dataWLAN + snap + "08 00" + udp4, want: v4},

		{name: "fddi", linkType: 10, data: "57" + strings.Repeat("00", 12) + snap + "08 00" + udp4, want: v4},
		{name: "token ring", linkType: 6, data: "10 40" + ether + snap + "08 00" + udp4, want: v4},
		{
			name: "token ring, source routed", linkType: 6,
			data: "10 40 02 00 00 00 00 02 82 00 00 00 00 01  06 00 00 11 00 20" + snap + "08 00" + udp4, want: v4,
		},
	}
}
