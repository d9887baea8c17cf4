package main

import (
	"encoding/binary"
	"time"
)

// malformed is every way in which a frame's headers can be wrong, and lengths that are odd but
// counted: 0 (segmentation offload), past the frame, a jumbo payload.
func malformed() []frame {
	s := &series{step: time.Second}
	add := func(f frame) { s.frames = append(s.frames, f) }
	good := datagram{src: "192.0.2.1", dst: "192.0.2.2", proto: protoUDP, payload: udp(7, 9, 60)}.whole()
	good6 := datagram{src: "2001:db8::1", dst: "2001:db8::2", proto: protoUDP, payload: udp(7, 9, 60)}.whole()
	add(lan(s.next(), good))
	add(lan(s.next(), good6))
	for _, m := range []struct {
		name  string
		from  packet
		octet int
		value byte
	}{
		{"ipv4 version 5", good, 0, 0x55},
		{"ipv4 header length 16", good, 0, 0x44},
		{"ipv4 total length 19 under header length", good, 3, 19},
		{"ipv6 version 4", good6, 0, 0x40},
	} {
		b := clone(m.from.data)
		b[m.octet] = m.value
		add(badFrame(s.next(), m.name, ethernet(etherType(m.from.data), b)))
	}
	for _, c := range []struct {
		name string
		n    int
		from packet
	}{{"ethernet header cut short", 13, good}, {"ipv4 header cut short", 33, good}, {"ipv6 header cut short", 53, good6}} {
		f := badFrame(s.next(), c.name, ethernet(etherType(c.from.data), c.from.data))
		f.bytes = f.bytes[:c.n]
		add(f)
	}
	for _, f := range oddLengths(good, good6) {
		f.time = s.next()
		add(f)
	}
	return s.frames
}

// oddLengths is packets whose length field is not that of the frame.
func oddLengths(good, good6 packet) []frame {
	zero, past, cut := good, good, good
	zero.data = clone(good.data)
	binary.BigEndian.PutUint16(zero.data[2:], 0) // the wire length counts
	past.data = clone(good.data)
	binary.BigEndian.PutUint16(past.data[2:], 1400) // counts as stated
	past.octets = 1400
	zero6 := good6
	zero6.data = clone(good6.data)
	binary.BigEndian.PutUint16(zero6.data[4:], 0)
	jumbo := datagram{
		src: "2001:db8::1", dst: "2001:db8::2", proto: protoTCP, payload: tcp(80, 40000, ack, 1, 1, 80),
		extensions: []extension{{protoHopByHop, []byte{0, 0, 0xc2, 4, 0, 1, 0x11, 0x70}}}, // RFC 2675 §2
	}.whole()
	jumbo.data[4], jumbo.data[5] = 0, 0
	jumbo.octets = 40 + 0x11170
	jumboFrame := lan(0, jumbo)
	jumboFrame.wire = 14 + 40 + 0x11170
	cutFrame := lan(0, cut)
	cutFrame.bytes = cutFrame.bytes[:14+20+4] // ports are there, and no more
	return []frame{lan(0, zero), lan(0, past), lan(0, zero6), jumboFrame, cutFrame}
}

func clone(b []byte) []byte { return append([]byte(nil), b...) }
