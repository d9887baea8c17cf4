package filter

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/flowtable"
)

// subject is what a term looks at.
type subject uint8

const (
	subjectNet subject = iota
	subjectPort
	subjectProto
	subjectVersion
	subjectDirection
	subjectToS
	subjectVLAN
)

// side is which of two addresses or ports a term looks at.
type side uint8

const (
	eitherSide side = iota
	srcSide
	dstSide
)

// term is one test of a packet.
type term struct {
	subject subject
	side    side
	// host says that the prefix was written as an address.
	host bool
	// net is what the addresses are compared with.
	net prefix
	// numbers are sorted and don't touch each other.
	numbers []span
}

// span is a range of numbers, its ends included.
type span struct{ low, high uint16 }

// prefix is an IP prefix, laid out as flowtable.Packet's addresses are.
type prefix struct {
	version  uint8
	bits     uint8
	high     uint64
	low      uint64
	highMask uint64
	lowMask  uint64
}

func (n *prefix) contains(addr *[16]byte) bool {
	return binary.BigEndian.Uint64(addr[:8])&n.highMask == n.high &&
		binary.BigEndian.Uint64(addr[8:])&n.lowMask == n.low
}

func (t *term) match(p *flowtable.Packet) bool {
	switch t.subject {
	case subjectNet:
		return t.matchNet(p)
	case subjectPort:
		return t.matchPort(p)
	case subjectProto:
		return contains(t.numbers, uint16(p.Protocol))
	case subjectVersion:
		return contains(t.numbers, uint16(p.IPVersion))
	case subjectDirection:
		return contains(t.numbers, uint16(p.Direction))
	case subjectToS:
		return contains(t.numbers, uint16(p.ToS))
	case subjectVLAN:
		return contains(t.numbers, p.VLAN)
	}
	return false
}

func (t *term) matchNet(p *flowtable.Packet) bool {
	if p.IPVersion != t.net.version {
		return false
	}
	return t.side != dstSide && t.net.contains(&p.Src) || t.side != srcSide && t.net.contains(&p.Dst)
}

func (t *term) matchPort(p *flowtable.Packet) bool {
	if p.Fragment == flowtable.LaterFragment || !hasPorts(p.Protocol) {
		return false
	}
	return t.side != dstSide && contains(t.numbers, p.SrcPort) || t.side != srcSide && contains(t.numbers, p.DstPort)
}

// hasPorts says whether a protocol has ports. ICMP has not: the packet's DstPort is type and code.
func hasPorts(protocol uint8) bool {
	switch protocol {
	case 6, 17, 33, 132, 136: // TCP, UDP, DCCP, SCTP, UDP-Lite
		return true
	}
	return false
}

func contains(numbers []span, n uint16) bool {
	for _, s := range numbers {
		if n <= s.high {
			return n >= s.low
		}
	}
	return false
}
