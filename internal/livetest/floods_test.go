package livetest

import (
	"encoding/binary"
	"math/rand/v2"
)

// flood is a kind of traffic. All of its frames follow from a seed.
type flood struct {
	name  string
	frame func(r *rand.Rand, b []byte) []byte // appends a frame to b, which is empty
}

// Numbers of protocols and headers.
const (
	typeIPv4, typeIPv6           = 0x0800, 0x86dd
	typeVLAN, typeServiceVLAN    = 0x8100, 0x88a8
	hopByHop, routing, fragment6 = 0, 43, 44
	destination, ipip, gre       = 60, 4, 47
	tcp, udp4, moreFragments     = 6, 17, 0x2000
	largestFrame                 = 1514
)

// floods are the kinds of traffic that somebody may send to fill memory or to take time.
func floods() []flood {
	return []flood{
		{"SYN", func(r *rand.Rand, b []byte) []byte { return syn(r, overIPv4(r, ethernet(b, typeIPv4), tcp, 0, 20)) }},
		{"SYN over IPv6", func(r *rand.Rand, b []byte) []byte { return syn(r, overIPv6(r, ethernet(b, typeIPv6), tcp, 20)) }},
		{"first fragments", func(r *rand.Rand, b []byte) []byte {
			return payload(overIPv4(r, ethernet(b, typeIPv4), udp4, moreFragments, 32), r, 32)
		}},
		{"later fragments", func(r *rand.Rand, b []byte) []byte {
			return payload(overIPv4(r, ethernet(b, typeIPv4), udp4, uint16(1+r.IntN(8000)), 32), r, 32)
		}},
		{"overlapping fragments", overlapping},
		{"fragments over IPv6", func(r *rand.Rand, b []byte) []byte {
			offset := uint16(r.IntN(2) * 8 * r.IntN(4000))
			return payload(fragmentHeader(overIPv6(r, ethernet(b, typeIPv6), fragment6, 40), udp4, offset|1, r.Uint32()), r, 32)
		}},
		{"cut headers", func(r *rand.Rand, b []byte) []byte {
			return cut(r, syn(r, overIPv4(r, ethernet(b, typeIPv4), tcp, 0, 20)))
		}},
		{"cut headers over IPv6", func(r *rand.Rand, b []byte) []byte {
			return cut(r, syn(r, overIPv6(r, ethernet(b, typeIPv6), tcp, 20)))
		}},
		{"absurd lengths", absurd},
		{"unknown ethertypes", func(r *rand.Rand, b []byte) []byte {
			return payload(ethernet(b, uint16(0x600+r.IntN(1<<15))&^0x8000), r, 46)
		}},
		{"extension headers", varied(extensions, outerSource6)},
		{"VLAN tags", varied(tags, lastSource4)},
		{"tunnels", varied(tunnels, outerSource4)},
	}
}

// ordinary is a mix of 20,000 flows, few of them with most of the packets, of which one in eight is over IPv6, and one
// packet in 64 begins a new one.
func ordinary(r *rand.Rand, b []byte) []byte {
	flow := uint32(float64(20_000) * r.Float64() * r.Float64() * r.Float64())
	if r.IntN(64) == 0 {
		flow = r.Uint32() | 1<<31
	}
	size := []int{20, 20, 20, 560, 560, 1440}[r.IntN(6)]
	from := rand.New(rand.NewPCG(uint64(flow), 1))
	if flow%8 == 0 {
		return payload(ports(overIPv6(from, ethernet(b, typeIPv6), tcp, size), from), from, size-4)
	}
	return payload(ports(overIPv4(from, ethernet(b, typeIPv4), tcp, 0, size), from), from, size-4)
}

func ethernet(b []byte, etherType uint16) []byte {
	return binary.BigEndian.AppendUint16(append(b, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2), etherType)
}

// overIPv4 appends a header from a random source. Fragment is its flags and offset.
func overIPv4(r *rand.Rand, b []byte, protocol byte, fragment uint16, length int) []byte {
	b = binary.BigEndian.AppendUint16(append(b, 0x45, 0), uint16(20+length))
	b = binary.BigEndian.AppendUint16(b, uint16(r.Uint32())) // identification
	b = binary.BigEndian.AppendUint16(b, fragment)
	b = append(b, 64, protocol, 0, 0)
	b = binary.BigEndian.AppendUint32(b, r.Uint32()&^(1<<31)|1<<24)
	return append(b, 198, 51, 100, 7)
}

func overIPv6(r *rand.Rand, b []byte, next byte, length int) []byte {
	b = binary.BigEndian.AppendUint16(append(b, 0x60, 0, 0, 0), uint16(length))
	b = append(b, next, 64, 0x20, 1, 0xd, 0xb8)
	b = binary.BigEndian.AppendUint32(b, r.Uint32())
	b = binary.BigEndian.AppendUint64(b, r.Uint64())
	return append(b, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7)
}

func fragmentHeader(b []byte, next byte, offset uint16, id uint32) []byte {
	b = binary.BigEndian.AppendUint16(append(b, next, 0), offset)
	return binary.BigEndian.AppendUint32(b, id)
}

func ports(b []byte, r *rand.Rand) []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, uint16(1024+r.IntN(60000))), 443)
}

func syn(r *rand.Rand, b []byte) []byte {
	b = binary.BigEndian.AppendUint32(ports(b, r), r.Uint32())
	return append(b, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff, 0, 0, 0, 0)
}

func payload(b []byte, r *rand.Rand, n int) []byte {
	for range n / 8 {
		b = binary.BigEndian.AppendUint64(b, r.Uint64())
	}
	return append(b, make([]byte, n%8)...)
}

// overlapping are fragments of few datagrams, at offsets that overlap.
func overlapping(r *rand.Rand, b []byte) []byte {
	b = overIPv4(r, ethernet(b, typeIPv4), udp4, uint16(r.IntN(4))|moreFragments, 64)
	binary.BigEndian.PutUint16(b[18:], uint16(r.IntN(16)))
	copy(b[26:30], []byte{10, 9, 8, byte(r.IntN(4))})
	return payload(b, r, 64)
}

// cut ends a frame somewhere within its headers.
func cut(r *rand.Rand, f []byte) []byte { return f[:14+r.IntN(len(f)-14)] }

// absurd has lengths that contradict the frame.
func absurd(r *rand.Rand, b []byte) []byte {
	if r.IntN(2) == 0 {
		b = syn(r, overIPv6(r, ethernet(b, typeIPv6), []byte{tcp, hopByHop, routing, 51}[r.IntN(4)], 20))
		binary.BigEndian.PutUint16(b[18:], []uint16{0, 1, 65535}[r.IntN(3)])
		return b
	}
	b = syn(r, overIPv4(r, ethernet(b, typeIPv4), tcp, 0, 20))
	b[14] = 0x40 | byte(r.IntN(16))
	binary.BigEndian.PutUint16(b[16:], []uint16{0, 1, 19, 65535, uint16(r.Uint32())}[r.IntN(5)])
	return b
}

// extensions is a chain of as many IPv6 extension headers as a frame holds.
func extensions(r *rand.Rand, b []byte) []byte {
	kinds := [...]byte{hopByHop, routing, destination}
	const chain = (largestFrame - 54 - 20) / 8
	b = overIPv6(r, ethernet(b, typeIPv6), kinds[r.IntN(3)], 8*chain+20)
	for i := range chain {
		next := kinds[i%3]
		if i == chain-1 {
			next = tcp
		}
		b = append(b, next, 0, 1, 4, 0, 0, 0, 0)
	}
	return syn(r, b)
}

// tags is a SYN under VLAN tags, as many as a frame holds at most.
func tags(r *rand.Rand, b []byte) []byte {
	b = ethernet(b, typeServiceVLAN)
	for range r.IntN((largestFrame - 14 - 4 - 40) / 4) {
		b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, uint16(r.Uint32())), typeVLAN)
	}
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, uint16(r.Uint32())), typeIPv4)
	return syn(r, overIPv4(r, b, tcp, 0, 20))
}

// tunnels are IPv4 headers in each other, or with GRE between them, as deep as a frame is long.
func tunnels(r *rand.Rand, b []byte) []byte {
	b = ethernet(b, typeIPv4)
	for left := largestFrame - 14; left >= 64; left = largestFrame - len(b) {
		if r.IntN(2) == 0 {
			b = overIPv4(r, b, ipip, 0, left-20)
			continue
		}
		b = append(overIPv4(r, b, gre, 0, left-20), 0, 0, 8, 0)
	}
	return syn(r, overIPv4(r, b, tcp, 0, 20))
}

// varied makes a few frames by a function, and sends these with ever new octets at some places: long frames are too slow
// to make.
func varied(frame func(*rand.Rand, []byte) []byte, places func(frame []byte) [][]byte) func(*rand.Rand, []byte) []byte {
	r := rand.New(rand.NewPCG(3, 4))
	var few [64][]byte
	for i := range few {
		few[i] = frame(r, nil)
	}
	return func(r *rand.Rand, b []byte) []byte {
		b = append(b, few[r.IntN(len(few))]...)
		for _, place := range places(b) {
			binary.NativeEndian.PutUint32(place, r.Uint32())
		}
		return b
	}
}

// Places that vary: parts of source addresses.
func outerSource4(f []byte) [][]byte { return [][]byte{f[27:31]} } // the destination's first octet too
func outerSource6(f []byte) [][]byte { return [][]byte{f[26:30], f[34:38]} }
func lastSource4(f []byte) [][]byte  { return [][]byte{f[len(f)-27:]} }
