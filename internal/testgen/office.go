package main

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// office makes the traffic of a small office's gateway: what demo.pcap holds.
type office struct {
	frames []frame
	chance *rand.PCG
	port   uint16 // the last ephemeral port given out
	id     uint32
}

// The office's networks; servers are in documentation ranges (RFC 5737, RFC 3849).
const (
	gateway   = "192.168.10.1"
	gateway6  = "2001:db8:10::1"
	phone     = "192.168.30.40"
	exchange  = "198.51.100.50"
	fileStore = "203.0.113.80"
)

func newOffice() *office { return &office{chance: rand.NewPCG(1, 2026), port: 49151} }

// build plays three minutes and returns them in order.
func (o *office) build() []frame {
	o.neighbours()
	o.lookups()
	o.web()
	o.transfer()
	o.shell()
	o.pings()
	o.phoneCall()
	o.oddities()
	return inOrder(o.frames)
}

// n returns a number from 0 to limit-1.
func (o *office) n(limit int) int { return int(o.chance.Uint64() % uint64(limit)) }

func (o *office) ephemeral() uint16 { o.port += uint16(1 + o.n(7)); return o.port }

func desk(i int) string  { return fmt.Sprintf("192.168.10.%d", 21+i) }
func desk6(i int) string { return fmt.Sprintf("2001:db8:10::%x", 0x21+i) }

// send puts a datagram on the untagged network.
func (o *office) send(d time.Duration, src, dst string, proto, tos uint8, payload []byte) {
	o.id++
	o.frames = append(o.frames, lan(at(d), datagram{src: src, dst: dst, id: o.id, proto: proto, tos: tos, payload: payload}.whole()))
}

// neighbours are the frames without IP: ARP, LLDP and spanning tree.
func (o *office) neighbours() {
	for i := range 6 {
		d := time.Duration(i)*31*time.Second + time.Millisecond
		o.frames = append(o.frames,
			otherFrame(at(d), "0x0806", ethernet(typeARP, arp(1, byte(21+i)))),
			otherFrame(at(d+300*time.Microsecond), "0x0806", ethernet(typeARP, arp(2, byte(21+i)))),
			otherFrame(at(d+700*time.Millisecond), "0x88cc", ethernet(typeLLDP, []byte{2, 7, 4, 2, 0, 0x5e, 0x10, 0, 1, 4, 2, 7, '1', 6, 2, 0, 120, 0, 0})),
			otherFrame(at(d+900*time.Millisecond), "llc dsap 0x42", ethernet(38, append([]byte{0x42, 0x42, 3}, make([]byte, 35)...))),
		)
	}
}

// arp is a request (1) or reply (2) between the gateway and a desk.
func arp(operation, host byte) []byte {
	return []byte{
		0, 1, 8, 0, 6, 4, 0, operation,
		2, 0, 0x5e, 0x10, 0, 1, 192, 168, 10, 1,
		2, 0, 0x5e, 0x10, 0, host, 192, 168, 10, host,
	}
}

// lookups are DNS questions and answers, one in four over IPv6.
func (o *office) lookups() {
	for i := range 24 {
		d := time.Duration(o.n(170_000)) * time.Millisecond
		host, server, port := desk(i%6), gateway, o.ephemeral()
		if i%4 == 3 {
			host, server = desk6(i%6), gateway6
		}
		o.send(d, host, server, protoUDP, 0, udp(port, 53, 28+o.n(20)))
		o.send(d+time.Duration(4+o.n(30))*time.Millisecond, server, host, protoUDP, 0, udp(53, port, 60+o.n(200)))
	}
}

// web is short HTTPS sessions, a third of them over IPv6, one of them refused.
func (o *office) web() {
	for i := range 12 {
		d := time.Duration(2+o.n(160))*time.Second + time.Duration(o.n(1000))*time.Millisecond
		c, s := desk(i%6), fmt.Sprintf("198.51.100.%d", 10+i%5)
		if i%3 == 2 {
			c, s = desk6(i%6), fmt.Sprintf("2001:db8:f00::%x", 10+i%5)
		}
		o.session(d, c, s, 443, 1+o.n(6))
	}
	port := o.ephemeral()
	o.send(40*time.Second, desk(4), "203.0.113.99", protoTCP, 0, tcp(port, 8443, syn|ece|cwr, 1, 0, 0))
	o.send(40*time.Second+9*time.Millisecond, "203.0.113.99", desk(4), protoTCP, 0, tcp(8443, port, rst|ack, 0, 2, 0))
}

// session is one TCP connection: handshake, request, answers, end.
func (o *office) session(d time.Duration, client, server string, port uint16, answers int) {
	own, rtt := o.ephemeral(), time.Duration(8+o.n(40))*time.Millisecond
	up := func(flags uint8, n int) { o.send(d, client, server, protoTCP, 0, tcp(own, port, flags, 1, 1, n)) }
	down := func(flags uint8, n int) { o.send(d, server, client, protoTCP, 0x20, tcp(port, own, flags, 1, 1, n)) }
	up(syn, 0)
	d += rtt
	down(syn|ack, 0)
	up(ack, 0)
	up(psh|ack, 200+o.n(400))
	for range answers {
		d += rtt
		down(psh|ack, 100+o.n(1300))
		d += time.Millisecond
		up(ack, 0)
	}
	d += rtt
	up(fin|ack, 0)
	d += rtt
	down(fin|ack, 0)
	up(ack, 0)
}

// transfer is one long download: longer than two active agings of 60 s.
func (o *office) transfer() {
	port := o.ephemeral()
	for i := range 140 {
		d := 10*time.Second + time.Duration(i)*time.Second
		o.send(d, fileStore, desk(0), protoTCP, 0x08, tcp(443, port, ack, uint32(i*1460), 1, 1460))
		if i%2 == 1 {
			o.send(d+2*time.Millisecond, desk(0), fileStore, protoTCP, 0, tcp(port, 443, ack, 1, uint32(i*1460), 0))
		}
	}
}

// shell is a login that rests twice, for longer than an inactive aging of 15 s.
func (o *office) shell() {
	port := o.ephemeral()
	for _, busy := range []int{6, 52, 111} {
		for i := range 5 {
			d := time.Duration(busy+i)*time.Second + 120*time.Millisecond
			o.send(d, desk(2), "203.0.113.22", protoTCP, 0x10, tcp(port, 22, psh|ack, 1, 1, 36))
			o.send(d+14*time.Millisecond, "203.0.113.22", desk(2), protoTCP, 0x10, tcp(22, port, psh|ack, 1, 1, 52))
		}
	}
}

// pings are the gateway's own watch on its uplink, and a desk's slow one that every pause ends.
func (o *office) pings() {
	for i := range 12 {
		d := time.Duration(5*i) * time.Second
		o.send(d, gateway, "198.51.100.1", protoICMP, 0, icmp(8, 0, 7, uint16(i), 56))
		o.send(d+8*time.Millisecond, "198.51.100.1", gateway, protoICMP, 0, icmp(0, 0, 7, uint16(i), 56))
	}
	for i := range 4 {
		d := 20*time.Second + time.Duration(15*i)*time.Second
		o.send(d, desk6(3), gateway6, protoICMPv6, 0, icmp(128, 0, 9, uint16(i), 32))
		o.send(d+time.Millisecond, gateway6, desk6(3), protoICMPv6, 0, icmp(129, 0, 9, uint16(i), 32))
	}
}

// phoneCall is signalling and voice on VLAN 30.
func (o *office) phoneCall() {
	talk := func(d time.Duration, src, dst string, tos uint8, payload []byte) {
		p := datagram{src: src, dst: dst, id: 1, proto: protoUDP, tos: tos, payload: payload}.whole()
		o.frames = append(o.frames, tagged(at(d), 30, p))
	}
	talk(70*time.Second, phone, exchange, 0x60, udp(5060, 5060, 700))
	talk(70*time.Second+20*time.Millisecond, exchange, phone, 0x60, udp(5060, 5060, 420))
	for i := range 40 {
		d := 71*time.Second + time.Duration(i)*20*time.Millisecond
		talk(d, phone, exchange, 0xb8, udp(16400, 30000, 172))
		talk(d+7*time.Millisecond, exchange, phone, 0xb8, udp(30000, 16400, 172))
	}
	talk(72*time.Second+100*time.Millisecond, phone, exchange, 0x60, udp(5060, 5060, 510))
}

// oddities are a fragmented datagram of each IP version, time keeping and a group report.
func (o *office) oddities() {
	for i, d := range []datagram{
		{src: "203.0.113.53", dst: gateway, id: 0x4711, proto: protoUDP, payload: udp(53, 53001, 3400)},
		{src: "2001:db8:f00::53", dst: gateway6, id: 0x12345, proto: protoUDP, payload: udp(53, 53002, 2600)},
	} {
		for j, p := range d.fragments(1232) {
			o.frames = append(o.frames, lan(at(time.Duration(90+i)*time.Second+time.Duration(j)*150*time.Microsecond), p))
		}
	}
	for i := range 3 {
		d := time.Duration(17+64*i) * time.Second
		o.send(d, gateway, "203.0.113.123", protoUDP, 0, udp(123, 123, 48))
		o.send(d+31*time.Millisecond, "203.0.113.123", gateway, protoUDP, 0, udp(123, 123, 48))
	}
	o.send(33*time.Second, desk(1), "224.0.0.251", protoIGMP, 0xc0, []byte{0x16, 0, 0x09, 0x04, 224, 0, 0, 251})
	o.send(33*time.Second, desk(1), "224.0.0.251", protoUDP, 0, udp(5353, 5353, 60))
}
