package main

import (
	"encoding/binary"
	"net/netip"
)

// IP protocol numbers.
const (
	protoHopByHop = 0
	protoICMP     = 1
	protoIGMP     = 2
	protoTCP      = 6
	protoUDP      = 17
	protoDCCP     = 33
	protoRouting  = 43
	protoFragment = 44
	protoGRE      = 47
	protoESP      = 50
	protoAH       = 51
	protoICMPv6   = 58
	protoNoNext   = 59
	protoDestOpts = 60
	protoOSPF     = 89
	protoSCTP     = 132
	protoUDPLite  = 136
)

// TCP flags (RFC 9293 §3.1).
const (
	fin = 0x01
	syn = 0x02
	rst = 0x04
	psh = 0x08
	ack = 0x10
	ece = 0x40
	cwr = 0x80
)

// packet is an IP packet, and what an exact flow exporter must say of it.
type packet struct {
	data       []byte
	zero       key // where later fragments have ports 0
	first      key // where they have those of their first one
	octets     uint64
	flags, tos uint8
}

// extension is an IPv6 extension header; octet 0 of body is filled in.
type extension struct {
	proto uint8
	body  []byte
}

// datagram is an IP datagram before it is laid out; the addresses choose the version.
type datagram struct {
	src, dst   string
	tos        uint8
	id         uint32
	proto      uint8
	options    []byte      // IPv4, a multiple of 4 octets
	extensions []extension // IPv6
	payload    []byte
}

// whole lays out the datagram as one packet.
func (d datagram) whole() packet {
	src, dst := netip.MustParseAddr(d.src), netip.MustParseAddr(d.dst)
	setChecksum(src, dst, d.proto, d.payload)
	p := packet{tos: d.tos, zero: key{src: src, dst: dst, proto: d.proto}}
	p.zero.sport, p.zero.dport, p.flags = transport(d.proto, d.payload)
	p.first = p.zero
	if src.Is4() {
		p.data = d.ipv4(src, dst, 0, d.payload)
	} else {
		p.data = d.ipv6(src, dst, d.extensions, d.payload)
	}
	p.octets = uint64(len(p.data))
	return p
}

// fragments lays out the datagram as packets with at most size octets of payload each, a multiple
// of 8 (RFC 791 §3.2, RFC 8200 §4.5).
func (d datagram) fragments(size int) []packet {
	src, dst := netip.MustParseAddr(d.src), netip.MustParseAddr(d.dst)
	setChecksum(src, dst, d.proto, d.payload)
	bare := key{src: src, dst: dst, proto: d.proto}
	full := bare
	full.sport, full.dport, _ = transport(d.proto, d.payload)
	var out []packet
	for off := 0; off < len(d.payload); off += size {
		end := min(off+size, len(d.payload))
		field, more := uint16(off/8), end < len(d.payload)
		p := packet{tos: d.tos, zero: bare, first: full}
		if off == 0 {
			p.zero = full
			_, _, p.flags = transport(d.proto, d.payload)
		}
		if src.Is4() {
			if more {
				field |= 0x2000
			}
			p.data = d.ipv4(src, dst, field, d.payload[off:end])
		} else {
			p.data = d.ipv6(src, dst, append(d.extensions[:len(d.extensions):len(d.extensions)], fragmentHeader(d.id, field, more)), d.payload[off:end])
		}
		p.octets = uint64(len(p.data))
		out = append(out, p)
	}
	return out
}

func fragmentHeader(id uint32, offset uint16, more bool) extension {
	b := make([]byte, 8)
	offset <<= 3
	if more {
		offset |= 1
	}
	binary.BigEndian.PutUint16(b[2:], offset)
	binary.BigEndian.PutUint32(b[4:], id)
	return extension{protoFragment, b}
}

// ipv4 lays out a header (RFC 791 §3.1) and the payload.
func (d datagram) ipv4(src, dst netip.Addr, fragment uint16, payload []byte) []byte {
	h := 20 + len(d.options)
	b := make([]byte, h, h+len(payload))
	b[0] = byte(0x40 | h/4)
	b[1] = d.tos
	binary.BigEndian.PutUint16(b[2:], uint16(h+len(payload)))
	binary.BigEndian.PutUint16(b[4:], uint16(d.id))
	binary.BigEndian.PutUint16(b[6:], fragment)
	b[8], b[9] = 64, d.proto
	copy(b[12:], src.AsSlice())
	copy(b[16:], dst.AsSlice())
	copy(b[20:], d.options)
	binary.BigEndian.PutUint16(b[10:], ^fold(add(0, b)))
	return append(b, payload...)
}

// ipv6 lays out a header (RFC 8200 §3), the extension headers and the payload.
func (d datagram) ipv6(src, dst netip.Addr, extensions []extension, payload []byte) []byte {
	n := len(payload)
	for _, e := range extensions {
		n += len(e.body)
	}
	b := make([]byte, 40, 40+n)
	binary.BigEndian.PutUint32(b, 6<<28|uint32(d.tos)<<20)
	binary.BigEndian.PutUint16(b[4:], uint16(n))
	b[7] = 64
	copy(b[8:], src.AsSlice())
	copy(b[24:], dst.AsSlice())
	next := 6
	for _, e := range extensions {
		b[next] = e.proto
		next = len(b)
		b = append(b, e.body...)
	}
	b[next] = d.proto
	return append(b, payload...)
}

// transport returns the ports and TCP flags that the payload shows.
func transport(proto uint8, payload []byte) (sport, dport uint16, flags uint8) {
	switch proto {
	case protoTCP:
		flags = payload[13]
		fallthrough
	case protoUDP, protoSCTP, protoDCCP, protoUDPLite:
		return binary.BigEndian.Uint16(payload), binary.BigEndian.Uint16(payload[2:]), flags
	case protoICMP, protoICMPv6:
		return 0, binary.BigEndian.Uint16(payload), 0
	}
	return 0, 0, 0
}
