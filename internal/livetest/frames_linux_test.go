package livetest

import (
	"encoding/binary"
	"math/rand/v2"
)

// class is what a device makes of a frame.
type class int

const (
	counted class = iota
	nonIP
	malformed
	classes
)

// kinds are the kinds of traffic, by name. Each appends the frames of one go.
func kinds() []kind {
	return []kind{
		{"burst", counted, burst},
		{"short flows", counted, shortFlows},
		{"long flows", counted, longFlows},
		{"IPv6", counted, sixes},
		{"fragments", counted, fragments},
		{"tagged", counted, tagged},
		{"ARP", nonIP, arp},
		{"malformed", malformed, broken},
	}
}

type kind struct {
	name  string
	class class
	add   func(all [][]byte, random *rand.Rand) [][]byte
}

// four is an Ethernet frame with an IPv4 packet.
func four(src, dst uint32, protocol byte, sport, dport uint16, payload int) []byte {
	f := make([]byte, 14+20+20+payload)
	f[12] = 8
	ip := f[14:]
	ip[0], ip[8], ip[9] = 0x45, 64, protocol
	binary.BigEndian.PutUint16(ip[2:], uint16(len(ip)))
	binary.BigEndian.PutUint32(ip[12:], src)
	binary.BigEndian.PutUint32(ip[16:], dst)
	binary.BigEndian.PutUint16(ip[20:], sport)
	binary.BigEndian.PutUint16(ip[22:], dport)
	ip[32] = 5 << 4 // a TCP header's length
	return f
}

const (
	netTen, netTest = 10 << 24, 198<<24 | 51<<16 | 100<<8
)

// burst is one flow at full rate.
func burst(all [][]byte, random *rand.Rand) [][]byte {
	f := four(netTen|random.Uint32N(1<<24), netTest|7, udp4, uint16(random.Uint32()), 53, random.IntN(1300))
	for range 50 + random.IntN(2000) {
		all = append(all, f)
	}
	return all
}

// shortFlows are connections of three segments.
func shortFlows(all [][]byte, random *rand.Rand) [][]byte {
	for range 10 + random.IntN(300) {
		src, port := netTen|random.Uint32N(1<<24), uint16(random.Uint32())
		for _, flags := range []byte{0x02, 0x18, 0x11} {
			f := four(src, netTest|1, tcp, port, 443, random.IntN(200))
			f[14+33] = flags
			all = append(all, f)
		}
	}
	return all
}

// longFlows go on for the whole time.
func longFlows(all [][]byte, random *rand.Rand) [][]byte {
	for range 5 + random.IntN(45) {
		for n := range uint32(20) {
			all = append(all, four(netTen|n, netTest|9, tcp, uint16(1000+n), 22, 100))
		}
	}
	return all
}

// six is an Ethernet frame with an IPv6 packet.
func six(host uint32, next byte, payload int) []byte {
	f := make([]byte, 14+40+payload)
	f[12], f[13] = 0x86, 0xdd
	ip := f[14:]
	ip[0], ip[6], ip[7] = 0x60, next, 64
	binary.BigEndian.PutUint16(ip[4:], uint16(payload))
	ip[8], ip[9], ip[24], ip[25] = 0x20, 0x01, 0x20, 0x01
	binary.BigEndian.PutUint32(ip[20:], host)
	return f
}

func sixes(all [][]byte, random *rand.Rand) [][]byte {
	for range 10 + random.IntN(200) {
		all = append(all, six(random.Uint32N(1000), udp4, 8+random.IntN(1000)))
	}
	return all
}

// fragments are datagrams in two fragments, of both versions of IP.
func fragments(all [][]byte, random *rand.Rand) [][]byte {
	for range 1 + random.IntN(50) {
		src, id := netTen|random.Uint32N(1<<10), uint16(random.Uint32())
		for i, place := range []uint16{0x2000, 80} { // more fragments, octet 640
			f := four(src, netTest|3, udp4, 4000, 4000, 620)
			binary.BigEndian.PutUint16(f[18:], id)
			binary.BigEndian.PutUint16(f[20:], place)
			all = append(all, f)
			g := six(src, 44, 8+640)
			g[14+40] = udp4
			binary.BigEndian.PutUint16(g[14+42:], []uint16{1, 640}[i])
			binary.BigEndian.PutUint32(g[14+44:], uint32(id))
			all = append(all, g)
		}
	}
	return all
}

// tagged have one VLAN tag or two.
func tagged(all [][]byte, random *rand.Rand) [][]byte {
	for range 10 + random.IntN(100) {
		f := four(netTen|random.Uint32N(1<<8), netTest|5, udp4, 5000, 5000, 50)
		for range 1 + random.IntN(2) {
			tag := []byte{0x81, 0, 0, byte(1 + random.IntN(200))}
			f = append(f[:12:12], append(tag, f[12:]...)...)
		}
		all = append(all, f)
	}
	return all
}

func arp(all [][]byte, random *rand.Rand) [][]byte {
	f := make([]byte, 60)
	f[12], f[13] = 0x08, 0x06
	for range 1 + random.IntN(20) {
		all = append(all, f)
	}
	return all
}

// broken have an IPv4 header shorter than there is one.
func broken(all [][]byte, random *rand.Rand) [][]byte {
	f := four(netTen, netTest, tcp, 1, 1, 0)
	f[14] = 0x43
	for range 1 + random.IntN(20) {
		all = append(all, f)
	}
	return all
}
