package main

import "time"

// series makes frames on an untagged Ethernet, so and so far apart.
type series struct {
	frames []frame
	step   time.Duration
}

// next is the time of the next frame.
func (s *series) next() int64 { return at(time.Duration(len(s.frames)) * s.step) }

func (s *series) add(list ...packet) {
	for _, p := range list {
		s.frames = append(s.frames, lan(s.next(), p))
	}
}

// protocols is one or two packets of each protocol that has a rule of its own: ports, ICMP types,
// TCP flags, none; and IPv4 options before them.
func protocols() []frame {
	s := &series{step: 10 * time.Millisecond}
	four := func(proto uint8, payload []byte) {
		s.add(datagram{src: "192.0.2.1", dst: "192.0.2.2", proto: proto, tos: 4, payload: payload}.whole())
	}
	six := func(proto uint8, payload []byte) {
		s.add(datagram{src: "2001:db8::1", dst: "2001:db8::2", proto: proto, tos: 0x2e << 2, payload: payload}.whole())
	}
	for _, family := range []func(uint8, []byte){four, six} {
		for _, flags := range []uint8{syn, ack, psh | ack, fin | ack} {
			family(protoTCP, tcp(40000, 80, flags, 1, 1, 10))
		}
		family(protoUDP, udp(40001, 514, 30))
		family(protoSCTP, ports(2905, 2906, 32))
		family(protoDCCP, ports(5001, 5002, 24))
		family(protoUDPLite, ports(6001, 6002, 16))
		family(protoGRE, append([]byte{0, 0, 8, 0}, fill(24)...))
		family(protoESP, fill(40))
		family(protoOSPF, fill(44))
	}
	four(protoICMP, icmp(8, 0, 1, 1, 20))
	four(protoICMP, icmp(3, 13, 0, 0, 28))
	four(protoIGMP, fill(8))
	six(protoICMPv6, icmp(128, 0, 1, 1, 20))
	six(protoICMPv6, icmp(135, 0, 0, 0, 16))
	s.add(datagram{
		src: "192.0.2.1", dst: "192.0.2.3", proto: protoTCP, options: []byte{0x94, 4, 0, 0, 1, 1, 1, 0}, // router alert
		payload: tcp(40002, 443, syn, 1, 0, 0),
	}.whole())
	return s.frames
}

// extensions is IPv6 headers between the fixed one and the transport (RFC 8200 §4, RFC 4302).
func extensions() []frame {
	s := &series{step: 10 * time.Millisecond}
	hop := extension{protoHopByHop, []byte{0, 0, 5, 2, 0, 0, 1, 0}}
	route := extension{protoRouting, append([]byte{0, 2, 4, 0, 0, 0, 0, 0}, make([]byte, 16)...)}
	dest := extension{protoDestOpts, append([]byte{0, 1, 1, 12}, make([]byte, 12)...)}
	auth := extension{protoAH, append([]byte{0, 4, 0, 0, 0, 0, 0, 9}, make([]byte, 16)...)}
	atomic := fragmentHeader(77, 0, false)
	for i, chain := range [][]extension{
		{hop}, {route}, {dest}, {auth}, {atomic}, {hop, route, dest}, {hop, atomic, dest}, {auth, dest}, {hop, dest, route, auth, dest},
	} {
		d := datagram{src: "2001:db8::1", dst: "2001:db8::2", proto: protoTCP, extensions: chain}
		d.payload = tcp(uint16(50000+i), 443, syn, 1, 0, 0)
		s.add(d.whole())
		d.proto, d.payload = protoUDP, udp(uint16(50000+i), 53, 40)
		s.add(d.whole())
	}
	s.add(datagram{src: "2001:db8::1", dst: "2001:db8::2", proto: protoNoNext, extensions: []extension{hop}}.whole())
	return s.frames
}

// fragments is datagrams in parts: in order, the last part first, without a first part, with an
// IPv6 extension header before the fragment header, and a part 31 s after its first.
func fragments() []frame {
	s := &series{step: time.Millisecond}
	big := func(src, dst string, id uint32, port uint16) datagram {
		return datagram{src: src, dst: dst, id: id, proto: protoUDP, payload: udp(port, 5000, 1000)}
	}
	const a, b, c, d = "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"
	s.add(big(a, b, 1, 4001).fragments(400)...)
	s.add(big(c, d, 1, 6001).fragments(400)...)
	for _, p := range [][]packet{big(a, b, 2, 4002).fragments(400), big(c, d, 2, 6002).fragments(400)} {
		p[2].first = p[2].zero
		s.add(p[2], p[0], p[1])
	}
	for _, p := range [][]packet{big(a, b, 3, 4003).fragments(400), big(c, d, 3, 6003).fragments(400)} {
		p[1].first, p[2].first = p[1].zero, p[2].zero
		s.add(p[1:]...)
	}
	extended := big(c, d, 4, 6004)
	extended.extensions = []extension{{protoHopByHop, []byte{0, 0, 1, 4, 0, 0, 0, 0}}}
	s.add(extended.fragments(400)...)
	for _, p := range [][]packet{big(a, b, 5, 4005).fragments(504), big(c, d, 5, 6005).fragments(504)} {
		p[1].first = p[1].zero
		s.add(p[0])
		s.frames = append(s.frames, lan(at(31*time.Second), p[1]))
	}
	return inOrder(s.frames)
}
