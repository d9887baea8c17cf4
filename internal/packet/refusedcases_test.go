package packet

import "strings"

// refusedCases are frames that end in each other way.
func refusedCases() []frameCase {
	return append(nonIPCases(), malformedCases()...)
}

func nonIPCases() []frameCase {
	return []frameCase{
		{name: "arp", linkType: 1, data: ether + "08 06 00 01", text: "0x0806"},
		{name: "arp in vlan", linkType: 1, data: ether + "81 00 00 01 08 06 00 01", text: "0x0806"},
		{name: "mpls pseudowire", linkType: 1, data: ether + "88 47 00 01 01 40 00 00", text: "0x8847 (mpls payload nibble 0)"},
		{name: "mpls multicast", linkType: 1, data: ether + "88 48 00 01 01 40 50", text: "0x8848 (mpls payload nibble 5)"},
		{name: "ppp mpls multicast", linkType: 9, data: "02 83 00 01 01 40 ff", text: "0x8847 (mpls payload nibble 15)"},
		{
			name: "pppoe padt", linkType: 1, data: ether + "88 64 11 a7 00 01 00 00",
			text: "0x8864 (pppoe ver/type 0x11 code 0xa7)",
		},
		{name: "llc short", linkType: 1, data: ether + "00 02 42 42", text: "llc (short)"},
		{name: "stp", linkType: 1, data: ether + "00 26 42 42 03 00 00", text: "llc dsap 0x42"},
		{name: "cdp", linkType: 1, data: ether + "00 26 aa aa 03 00 00 0c 20 00", text: "snap oui 00000c"},
		{name: "length in snap", linkType: 1, data: ether + "00 26" + snap + "05 ff", text: "snap 0x05ff"},
		{name: "snap, vlan, length", linkType: 1, data: ether + "00 26" + snap + "81 00 00 01 00 26 06 06 03", text: "0x0026"},
		{name: "fddi short", linkType: 10, data: "57 00", text: "llc (short)"},
		{name: "lcp", linkType: 9, data: "ff 03 c0 21", text: "ppp 0xc021"},
		{name: "compressed tcp/ip", linkType: 9, data: "2d", text: "ppp 0x002d"},
		{name: "null, other family", linkType: 0, data: "07 00 00 00", text: "af 7"},
		{name: "null, large family", linkType: 0, data: "01 00 01 00", text: "af 65537"},
		{name: "enc, other family", linkType: 109, data: "00 00 00 07 00 00 00 00 00 00 00 00", text: "af 7"},
		{name: "pflog, other family", linkType: 117, data: "04 07 00 00", text: "af 7"},
		{name: "802.11 short", linkType: 105, data: "08 00 00 00", text: "802.11 (short)"},
		{name: "802.11 beacon", linkType: 105, data: "80 00" + dataWLAN[5:], text: "802.11 type 0"},
		{name: "802.11 null", linkType: 105, data: "48 00" + dataWLAN[5:], text: "802.11 null data"},
		{name: "802.11 protected", linkType: 105, data: "08 40" + dataWLAN[5:], text: "802.11 protected"},
		{name: "802.11 a-msdu", linkType: 105, data: "88 00" + dataWLAN[5:] + "80 00", text: "802.11 a-msdu"},
		{name: "802.11 without llc", linkType: 105, data: dataWLAN, text: "llc (short)"},
		{name: "avs with a length past the frame", linkType: 163, data: "80 21 10 01 ff ff ff ff", text: "802.11 (short)"},
		{name: "ppi in ppi", linkType: 192, data: "00 00 08 00 c0 00 00 00", text: "ppi in ppi"},
		{name: "ppi, other link type", linkType: 192, data: "00 00 08 00 01 00 01 00", text: "link-type 65537"},
		{name: "nflog, other family", linkType: 239, data: "07 00 00 00 04 00 09 00", text: "nflog family 7"},
		{name: "nflog, no payload", linkType: 239, data: "02 00 00 00 05 00 0a 00 78 00", text: "nflog without payload"},
		{name: "frame relay lmi", linkType: 107, data: "00 01 03 08", text: "frame relay nlpid 0x08"},
		{name: "frame relay snap cut", linkType: 107, data: "04 01 03 80 00 00", text: "frame relay nlpid 0x80"},
		{name: "frame relay, cisco, other", linkType: 107, data: "04 01 20 00", text: "0x2000"},
		{name: "sll radiotap", linkType: 113, data: "00 00 03 23" + strings.Repeat("00", 12), text: "sll radiotap"},
		{name: "sll netlink", linkType: 113, data: "00 00 03 38" + strings.Repeat("00", 11) + "01", text: "sll arphrd 824 proto 0x0001"},
		{name: "sll kernel protocol", linkType: 113, data: "00 00 00 01" + strings.Repeat("00", 11) + "01", text: "sll 0x0001"},
		{name: "sll2 802.15.4", linkType: 276, data: "00 f6 00 00 00 00 00 01 03 24" + strings.Repeat("00", 10), text: "sll arphrd 804 proto 0x00f6"},
		{name: "raw, no version", linkType: 101, data: "50", text: "raw ip version 5"},
		{name: "hdlc slarp", linkType: 104, data: "8f 00 80 35", text: "0x8035"},
		{name: "broadcom tag", linkType: 281, data: ether + "08 00", text: "link-type 281"},
	}
}

func malformedCases() []frameCase {
	return []frameCase{
		{name: "ethernet cut", linkType: 1, data: ether + "08", text: "ethernet header cut short"},
		{name: "nothing", linkType: 1, text: "ethernet header cut short"},
		{name: "vlan cut", linkType: 1, data: ether + "81 00 00 01 08", text: "vlan tag cut short"},
		{name: "mpls cut", linkType: 1, data: ether + "88 47 00 01 00 40 00", text: "mpls label cut short"},
		{name: "mpls empty", linkType: 1, data: ether + "88 47 00 01 01 40", text: "mpls without payload"},
		{name: "pppoe cut", linkType: 1, data: ether + "88 64 11 00 00 01 00", text: "pppoe header cut short"},
		{name: "pppoe link cut", linkType: 51, data: "11 00 00 01 00", text: "pppoe header cut short"},
		{name: "ppp cut", linkType: 9, data: "ff 03 00", text: "ppp protocol cut short"},
		{name: "pppd cut", linkType: 166, data: "00", text: "ppp protocol cut short"},
		{name: "ppp with direction cut", linkType: 204, text: "ppp protocol cut short"},
		{name: "snap cut", linkType: 11, data: snap + "08", text: "snap header cut short"},
		{name: "802.11 qos cut", linkType: 105, data: "88 00" + dataWLAN[5:] + "00", text: "802.11 qos cut short"},
		{name: "sll cut", linkType: 113, data: strings.Repeat("00", 15), text: "sll header cut short"},
		{name: "sll2 cut", linkType: 276, data: strings.Repeat("00", 19), text: "sll2 header cut short"},
		{name: "null cut", linkType: 0, data: "02 00 00", text: "null header cut short"},
		{name: "loop cut", linkType: 108, data: "00 00 00", text: "null header cut short"},
		{name: "ppp in hdlc cut", linkType: 50, data: "ff 03 00", text: "hdlc header cut short"},
		{name: "hdlc cut", linkType: 104, data: "0f 00 08", text: "hdlc header cut short"},
		{name: "radiotap cut", linkType: 127, data: "00 00 08 00 00 00 00", text: "radiotap/ppi header cut short"},
		{name: "radiotap length past the frame", linkType: 127, data: "00 00 09 00 00 00 00 00", text: "radiotap/ppi header cut short"},
		{name: "ppi cut", linkType: 192, data: "00 00 08 00", text: "radiotap/ppi header cut short"},
		{name: "prism cut", linkType: 119, data: strings.Repeat("00", 143), text: "prism header cut short"},
		{name: "avs cut", linkType: 163, data: "80 21 10 01 00 00 00", text: "avs header cut short"},
		{name: "nflog cut", linkType: 239, data: "02 00 00", text: "nflog header cut short"},
		{name: "nflog tlv of length 3", linkType: 239, data: "02 00 00 00 03 00 09 00", text: "nflog tlv length 3"},
		{name: "pflog cut", linkType: 117, data: "04 02 00", text: "pflog header cut short"},
		{name: "pflog longer than the frame", linkType: 117, data: "ff 02 00 00", text: "ipv4 header cut short"},
		{name: "enc cut", linkType: 109, data: strings.Repeat("00", 11), text: "enc header cut short"},
		{name: "token ring cut", linkType: 6, data: "10 40" + ether[:30], text: "token ring header cut short"},
		{name: "frame relay without end of address", linkType: 107, data: "04 00 00 00", text: "frame relay header cut short"},
		{name: "frame relay cut", linkType: 107, data: "04 01 03 00", text: "frame relay header cut short"},
		{name: "raw, nothing", linkType: 101, text: "no bytes captured"},
		{name: "ipv4 cut", linkType: 1, data: ether + "08 00 45" + strings.Repeat("00", 18), text: "ipv4 header cut short"},
		{name: "ipv4 of version 5", linkType: 228, data: "55" + udp4[2:], text: "ipv4 version 5"},
		{name: "ipv4 header length 16", linkType: 228, data: "44" + udp4[2:], text: "ipv4 header length 16"},
		{name: "ipv4 header length 0", linkType: 228, data: "40" + udp4[2:], text: "ipv4 header length 0"},
		{
			name: "ipv4 total length 19", linkType: 228, data: v4("00 13", "00 01", "00 00", "11") + udpHeader,
			text: "ipv4 total length 19 under header length",
		},
		{name: "ipv4 total length 0", linkType: 228, data: v4("00 00", "00 01", "00 00", "11"), text: "ipv4 total length 0"},
		{name: "ipv6 cut", linkType: 1, data: ether + "86 dd 60" + strings.Repeat("00", 38), text: "ipv6 header cut short"},
		{name: "ipv6 of version 4", linkType: 229, data: "4b" + udp6[2:], text: "ipv6 version 4"},
	}
}
