package main

import (
	"encoding/binary"
	"net/netip"
)

// text is what payloads are made of.
const text = "sagflow testdata. "

// fill returns n octets of payload.
func fill(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = text[i%len(text)]
	}
	return b
}

// tcp lays out a segment (RFC 9293 §3.1) with n octets of data.
func tcp(sport, dport uint16, flags uint8, sequence, acknowledge uint32, n int) []byte {
	b := make([]byte, 20, 20+n)
	binary.BigEndian.PutUint16(b, sport)
	binary.BigEndian.PutUint16(b[2:], dport)
	binary.BigEndian.PutUint32(b[4:], sequence)
	binary.BigEndian.PutUint32(b[8:], acknowledge)
	b[12], b[13] = 5<<4, flags
	binary.BigEndian.PutUint16(b[14:], 0xfaf0)
	return append(b, fill(n)...)
}

// udp lays out a datagram (RFC 768) with n octets of data.
func udp(sport, dport uint16, n int) []byte {
	b := make([]byte, 8, 8+n)
	binary.BigEndian.PutUint16(b, sport)
	binary.BigEndian.PutUint16(b[2:], dport)
	binary.BigEndian.PutUint16(b[4:], uint16(8+n))
	return append(b, fill(n)...)
}

// icmp lays out an ICMP or ICMPv6 message (RFC 792, RFC 4443) with n octets after its rest of header.
func icmp(kind, code uint8, id, sequence uint16, n int) []byte {
	b := make([]byte, 8, 8+n)
	b[0], b[1] = kind, code
	binary.BigEndian.PutUint16(b[4:], id)
	binary.BigEndian.PutUint16(b[6:], sequence)
	return append(b, fill(n)...)
}

// ports lays out n octets that start with two ports, as SCTP, DCCP and UDP-Lite do.
func ports(sport, dport uint16, n int) []byte {
	b := fill(n)
	binary.BigEndian.PutUint16(b, sport)
	binary.BigEndian.PutUint16(b[2:], dport)
	return b
}

// setChecksum writes the checksum of TCP, UDP, ICMP and ICMPv6.
func setChecksum(src, dst netip.Addr, proto uint8, b []byte) {
	at := map[uint8]int{protoTCP: 16, protoUDP: 6, protoICMP: 2, protoICMPv6: 2}[proto]
	if at == 0 || len(b) < at+2 {
		return
	}
	binary.BigEndian.PutUint16(b[at:], 0)
	var s uint32
	if proto != protoICMP { // pseudo header (RFC 9293 §3.1, RFC 8200 §8.1)
		s = add(add(uint32(proto)+uint32(len(b)), src.AsSlice()), dst.AsSlice())
	}
	binary.BigEndian.PutUint16(b[at:], ^fold(add(s, b)))
}

// add sums b in 16-bit words (RFC 1071).
func add(s uint32, b []byte) uint32 {
	for i := 0; i+1 < len(b); i += 2 {
		s += uint32(b[i])<<8 | uint32(b[i+1])
	}
	if len(b)%2 == 1 {
		s += uint32(b[len(b)-1]) << 8
	}
	return s
}

func fold(s uint32) uint16 {
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}
