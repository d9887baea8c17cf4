package main

import "encoding/binary"

// Link types (www.tcpdump.org/linktypes.html).
const (
	linkNull      = 0
	linkEthernet  = 1
	linkTokenRing = 6
	linkPPP       = 9
	linkFDDI      = 10
	linkATM       = 11
	linkRaw12     = 12
	linkRaw14     = 14
	linkPPPHDLC   = 50
	linkPPPEther  = 51
	linkRaw       = 101
	linkCHDLC     = 104
	link80211     = 105
	linkATMCLIP   = 106
	linkFRelay    = 107
	linkLoop      = 108
	linkENC       = 109
	linkSLL       = 113
	linkPFLOG     = 117
	linkPrism     = 119
	linkRadiotap  = 127
	linkUser0     = 147
	linkAVS       = 163
	linkPPPD      = 166
	linkPPI       = 192
	linkPPPDir    = 204
	linkIPv4      = 228
	linkIPv6      = 229
	linkNFLOG     = 239
	linkSLL2      = 276
)

// linkWrappings is every link type below which an IP header is found, in one or more forms.
func linkWrappings() []wrapping {
	llc, ppp := headerBefore(snapped), headerBefore(pppPayload)
	wifi := llc(sized(24, 0x08, 0x01)...)
	return []wrapping{
		{linkRaw, bare},
		{linkRaw12, bare},
		{linkRaw14, bare},
		{linkIPv4, bare},
		{linkIPv6, bare},
		{linkATMCLIP, bare},
		{linkEthernet, func(ip []byte) []byte { return ethernet(etherType(ip), ip) }},
		{linkNull, func(ip []byte) []byte { return join(binary.LittleEndian.AppendUint32(nil, family(ip, 24)), ip) }},
		{linkLoop, func(ip []byte) []byte { return join(binary.BigEndian.AppendUint32(nil, family(ip, 28)), ip) }},
		{linkENC, func(ip []byte) []byte {
			return join(binary.LittleEndian.AppendUint32(nil, family(ip, 24)), make([]byte, 8), ip)
		}},
		{linkPFLOG, func(ip []byte) []byte { return join(sized(64, 61, byte(family(ip, 24))), ip) }},
		{linkPPP, ppp(0xff, 3)},
		{linkPPP, func(ip []byte) []byte { return pppPayload(ip)[1:] }}, // address and protocol compressed
		{linkPPPHDLC, ppp(0xff, 3)},
		{linkPPPHDLC, cisco},
		{linkCHDLC, cisco},
		{linkPPPEther, pppoe},
		{linkPPPD, ppp(0, 0)},
		{linkPPPDir, ppp(1, 0xff, 3)},
		{linkFRelay, frameRelay},
		{linkFRelay, func(ip []byte) []byte { return join([]byte{0x18, 0x41}, typed(ip)) }},
		{linkFRelay, func(ip []byte) []byte { return join([]byte{0x18, 0x41, 3, 0, 0x80, 0, 0, 0}, typed(ip)) }},
		{linkFDDI, llc(sized(13, 0x50)...)},
		{linkATM, snapped},
		{linkTokenRing, llc(sized(14, 0x10, 0x40)...)},
		{linkTokenRing, llc(append(sized(14, 0x10, 0x40, 0, 0, 0, 0, 0, 0, 0x80), 0x06, 0x30, 0, 1, 0, 2)...)}, // source routed
		{linkSLL, sll},
		{linkSLL2, sll2},
		{link80211, wifi},
		{link80211, llc(sized(26, 0x88, 0x01)...)}, // QoS
		{link80211, llc(sized(30, 0x08, 0x03)...)}, // four addresses
		{linkRadiotap, func(ip []byte) []byte { return join([]byte{0, 0, 8, 0, 0, 0, 0, 0}, wifi(ip)) }},
		{linkPrism, func(ip []byte) []byte { return join(make([]byte, 144), wifi(ip)) }},
		{linkAVS, func(ip []byte) []byte { return join(sized(64, 0x80, 0x21, 0x10, 1, 0, 0, 0, 64), wifi(ip)) }},
		{linkPPI, func(ip []byte) []byte { return join([]byte{0, 0, 8, 0, linkRaw, 0, 0, 0}, ip) }},
		{linkNFLOG, nflog},
	}
}

// linkInterfaces is the link types of a file's interfaces, in the order of the wrappings.
func linkInterfaces(list []wrapping) []uint16 {
	out := make([]uint16, len(list))
	for i, w := range list {
		out[i] = w.link
	}
	return out
}

func bare(ip []byte) []byte { return ip }

// headerBefore returns what makes a wrapping of a fixed header and the payload that inner makes.
func headerBefore(inner func([]byte) []byte) func(header ...byte) func([]byte) []byte {
	return func(header ...byte) func([]byte) []byte {
		return func(ip []byte) []byte { return join(header, inner(ip)) }
	}
}

// sized is a header of n octets that starts with the given ones.
func sized(n int, first ...byte) []byte { return append(first, make([]byte, n-len(first))...) }

// family is the address family of an IP packet; that of IPv6 differs between systems.
func family(ip []byte, v6 uint32) uint32 {
	if ip[0]>>4 == 6 {
		return v6
	}
	return 2
}

// typed is an EtherType and the IP packet.
func typed(ip []byte) []byte {
	return join(binary.BigEndian.AppendUint16(nil, etherType(ip)), ip)
}

// pppPayload is a PPP protocol number and the IP packet (RFC 1661 §2).
func pppPayload(ip []byte) []byte { return join(pppProtocol(ip), ip) }

// cisco is Cisco's HDLC framing.
func cisco(ip []byte) []byte { return join([]byte{0x0f, 0}, typed(ip)) }

// frameRelay is multiprotocol framing with a network layer protocol id (RFC 2427 §4).
func frameRelay(ip []byte) []byte {
	id := byte(0xcc)
	if ip[0]>>4 == 6 {
		id = 0x8e
	}
	return join([]byte{0x18, 0x41, 3, id}, ip)
}

// sll is Linux's cooked capture: packet type, hardware type, address length, address, protocol.
func sll(ip []byte) []byte {
	return join([]byte{0, 0, 0, 1, 0, 6, 2, 0, 0x5e, 0x10, 0, 0x15, 0, 0}, typed(ip))
}

// sll2 is its second version: protocol, interface index, hardware type, packet type, address.
func sll2(ip []byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, etherType(ip))
	return join(b, []byte{0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 2, 0, 0x5e, 0x10, 0, 0x15, 0, 0}, ip)
}

// nflog is Linux's netfilter log: a header and attributes in the host's byte order.
func nflog(ip []byte) []byte {
	b := []byte{byte(family(ip, 10)), 0, 0, 0, 7, 0, 10, 0, 'i', 'n', 0, 0} // attribute 10: prefix
	b = binary.LittleEndian.AppendUint16(b, uint16(4+len(ip)))
	b = binary.LittleEndian.AppendUint16(b, 9) // attribute 9: payload
	return append(b, ip...)
}
