package main

import (
	"encoding/binary"
	"time"
)

// wrapping is one way to lay an IP packet into a frame.
type wrapping struct {
	link uint16
	wrap func(ip []byte) []byte
}

// sample makes packet number i of a set: a UDP one over IPv4 or IPv6 whose ports tell it apart.
func sample(i int, v6 bool) packet {
	d := datagram{src: "192.0.2.10", dst: "198.51.100.20", id: uint32(i), proto: protoUDP, payload: udp(uint16(1000+i), 4739, 64)}
	if v6 {
		d.src, d.dst = "2001:db8::10", "2001:db8::20"
	}
	return d.whole()
}

// wrapAll makes a frame of each wrapping, an IPv4 and an IPv6 one where both fit. Interfaces are
// numbered in the order of the wrappings.
func wrapAll(list []wrapping) []frame {
	var out []frame
	for i, w := range list {
		for _, v6 := range []bool{false, true} {
			if p := sample(i, v6); w.carries(v6) {
				f := ipFrame(at(time.Duration(len(out))*500*time.Millisecond), p, w.wrap(p.data))
				f.iface = i
				out = append(out, f)
			}
		}
	}
	return out
}

// carries says whether the link type has the IP version.
func (w wrapping) carries(v6 bool) bool {
	switch w.link {
	case linkIPv4:
		return !v6
	case linkIPv6:
		return v6
	}
	return true
}

// label is an MPLS label stack entry (RFC 3032 §2.1).
func label(value uint32, bottom byte) []byte {
	return binary.BigEndian.AppendUint32(nil, value<<12|uint32(bottom)<<8|64)
}

// pppoe is what follows the EtherType of a PPPoE session frame (RFC 2516 §4).
func pppoe(ip []byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0x11, 0, 0x12, 0x34}, uint16(len(ip)+2))
	return append(b, pppPayload(ip)...)
}

// pppProtocol is the PPP protocol number of an IP packet.
func pppProtocol(ip []byte) []byte {
	if ip[0]>>4 == 6 {
		return []byte{0, 0x57}
	}
	return []byte{0, 0x21}
}

// snapped is LLC and SNAP before an IP packet (IEEE 802 §9.4, RFC 1042).
func snapped(ip []byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0xaa, 0xaa, 3, 0, 0, 0}, etherType(ip))
	return append(b, ip...)
}

// join puts parts together.
func join(parts ...[]byte) (b []byte) {
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// ethernetWrappings are the tags, labels and headers between Ethernet and IP.
func ethernetWrappings() []wrapping {
	bottom, upper := label(16001, 1), label(300, 0)
	eth := func(kind uint16, before func(ip []byte) []byte) wrapping {
		return wrapping{linkEthernet, func(ip []byte) []byte { return ethernet(kind, before(ip)) }}
	}
	return []wrapping{
		eth(typeVLAN, func(ip []byte) []byte { return tag(100, etherType(ip), ip) }),
		eth(typeQinQ, func(ip []byte) []byte { return tag(200, typeVLAN, tag(100|5<<13, etherType(ip), ip)) }),
		eth(0x9100, func(ip []byte) []byte { return tag(300, 0x9200, tag(200, 0x9300, tag(100, etherType(ip), ip))) }),
		eth(typeMPLS, func(ip []byte) []byte { return join(bottom, ip) }),
		eth(0x8848, func(ip []byte) []byte { return join(upper, upper, bottom, ip) }),
		eth(typeVLAN, func(ip []byte) []byte { return tag(7, typeMPLS, join(upper, bottom, ip)) }),
		eth(typePPPoE, pppoe),
		eth(typeVLAN, func(ip []byte) []byte { return tag(35, typePPPoE, pppoe(ip)) }),
		{linkEthernet, func(ip []byte) []byte {
			b := snapped(ip)
			return ethernet(uint16(len(b)), b)
		}},
	}
}

// encapsulations is the frames of encapsulations.pcap: the above, IP behind the IP SAP, and frames
// that hold no IP for a reason of their own.
func encapsulations() []frame {
	frames := wrapAll(ethernetWrappings())
	p := sample(90, false)
	b := join([]byte{6, 6, 3}, p.data)
	end := at(time.Minute)
	return append(frames,
		ipFrame(end, p, ethernet(uint16(len(b)), b)),
		otherFrame(end+1e6, "0x8847 (mpls payload nibble 0)", ethernet(typeMPLS, join(label(40, 1), make([]byte, 40)))),
		otherFrame(end+2e6, "0x8864 (pppoe ver/type 0x11 code 0xa7)", ethernet(typePPPoE, []byte{0x11, 0xa7, 0, 0, 0, 0})),
		otherFrame(end+3e6, "ppp 0xc021", ethernet(typePPPoE, []byte{0x11, 0, 0, 1, 0, 6, 0xc0, 0x21, 9, 1, 0, 4})),
		otherFrame(end+4e6, "snap oui 00000c", ethernet(40, append([]byte{0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0}, make([]byte, 32)...))),
		badFrame(end+5e6, "vlan tag cut short", ethernet(typeVLAN, nil)[:16]),
	)
}
