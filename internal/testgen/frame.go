package main

import (
	"encoding/binary"
	"slices"
	"time"
)

// frame is one captured frame and its truth: an IP packet, or the name of what it is instead.
type frame struct {
	packet
	time             int64  // nanoseconds since 1970
	iface            int    // pcapng interface
	bytes            []byte // captured
	wire             int    // length on the wire
	nonIP, malformed string
}

// start is the time at which every capture begins: Monday, 2 March 2026, 09:00 UTC.
var start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// at returns a time after start.
func at(d time.Duration) int64 { return start.Add(d).UnixNano() }

// ipFrame is a frame with an IP packet in it.
func ipFrame(t int64, p packet, bytes []byte) frame {
	return frame{packet: p, time: t, bytes: bytes, wire: len(bytes)}
}

// otherFrame is a frame without IP.
func otherFrame(t int64, name string, bytes []byte) frame {
	return frame{time: t, bytes: bytes, wire: len(bytes), nonIP: name}
}

// badFrame is a frame with a malformed IP packet.
func badFrame(t int64, name string, bytes []byte) frame {
	return frame{time: t, bytes: bytes, wire: len(bytes), malformed: name}
}

// snap cuts the frames to n octets, as a capture with that snap length does.
func snap(frames []frame, n int) []frame {
	out := slices.Clone(frames)
	for i := range out {
		out[i].bytes = out[i].bytes[:min(n, len(out[i].bytes))]
	}
	return out
}

// inOrder sorts the frames by time; frames of one time keep their order.
func inOrder(frames []frame) []frame {
	slices.SortStableFunc(frames, func(a, b frame) int { return int(min(max(a.time-b.time, -1), 1)) })
	return frames
}

// EtherTypes.
const (
	typeIPv4  = 0x0800
	typeARP   = 0x0806
	typeVLAN  = 0x8100
	typeIPv6  = 0x86dd
	typeMPLS  = 0x8847
	typePPPoE = 0x8864
	typeQinQ  = 0x88a8
	typeLLDP  = 0x88cc
)

// minFrame is the shortest Ethernet frame without its checksum; shorter ones are padded.
const minFrame = 60

// etherType returns that of an IP packet.
func etherType(ip []byte) uint16 {
	if ip[0]>>4 == 6 {
		return typeIPv6
	}
	return typeIPv4
}

// ethernet puts a payload into an Ethernet II frame, padded as a network card does.
func ethernet(kind uint16, payload []byte) []byte {
	b := []byte{0x02, 0, 0x5e, 0x10, 0, 0x01, 0x02, 0, 0x5e, 0x10, 0, 0x15}
	b = binary.BigEndian.AppendUint16(b, kind)
	b = append(b, payload...)
	for len(b) < minFrame {
		b = append(b, 0xee) // not zero, so that reading the padding shows
	}
	return b
}

// lan is an untagged Ethernet frame with an IP packet.
func lan(t int64, p packet) frame { return ipFrame(t, p, ethernet(etherType(p.data), p.data)) }

// tagged is an Ethernet frame with an 802.1Q tag.
func tagged(t int64, vlan uint16, p packet) frame {
	return ipFrame(t, p, ethernet(typeVLAN, tag(vlan, etherType(p.data), p.data)))
}

// tag is what follows the EtherType of a VLAN tag (IEEE 802.1Q §9.6).
func tag(id, kind uint16, payload []byte) []byte {
	return append(binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, id), kind), payload...)
}
