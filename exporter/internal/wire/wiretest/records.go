package wiretest

import (
	"math"
	"net/netip"
	"time"

	"github.com/sagflow/sagflow/flowtable"
)

// Start is the time of the records that Flow makes: one millisecond and some nanoseconds past a
// second, so that rounding shows.
func Start() time.Time { return time.Date(2024, time.February, 29, 23, 59, 58, 1_000_999, time.UTC) }

// Flow is a record of 3 packets and 180 octets that lasts 1.5 s from Start on.
func Flow(protocol uint8, src, dst string, srcPort, dstPort uint16) flowtable.Record {
	a, b := netip.MustParseAddr(src), netip.MustParseAddr(dst)
	r := flowtable.Record{
		Packets:   3,
		Octets:    180,
		First:     Start().UnixNano(),
		Last:      Start().Add(1500 * time.Millisecond).UnixNano(),
		Input:     1,
		Output:    2,
		SrcPort:   srcPort,
		DstPort:   dstPort,
		VLAN:      100,
		Protocol:  protocol,
		ToS:       0xb8,
		Direction: flowtable.Egress,
		Reason:    flowtable.IdleTimeout,
	}
	if a.Is4() {
		r.IPVersion = 4
		copy(r.Src[:], a.AsSlice())
		copy(r.Dst[:], b.AsSlice())
		return r
	}
	r.IPVersion, r.Src, r.Dst = 6, a.As16(), b.As16()
	return r
}

// TCP is an IPv4 flow with SYN, ACK, PSH and FIN.
func TCP() flowtable.Record {
	r := Flow(6, "192.0.2.1", "198.51.100.2", 49152, 443)
	r.TCPFlags = 0x1b
	return r
}

// Ping is an ICMP flow of echo requests.
func Ping() flowtable.Record { return Flow(1, "192.0.2.1", "198.51.100.2", 0, 8*256) }

// UDP6 is an IPv6 flow.
func UDP6() flowtable.Record { return Flow(17, "2001:db8::1", "2001:db8::2", 5353, 53) }

// Ping6 is an ICMPv6 flow of "port unreachable", type 1 and code 4.
func Ping6() flowtable.Record { return Flow(58, "2001:db8::1", "2001:db8::2", 0, 1*256+4) }

// Mix is n records of these four kinds in turn, each with other counters.
func Mix(n int) []flowtable.Record {
	kinds := []flowtable.Record{TCP(), UDP6(), Ping(), Ping6()}
	records := make([]flowtable.Record, n)
	for i := range records {
		r := kinds[i%len(kinds)]
		r.Packets += uint64(i)
		r.Octets += uint64(i) * 40
		r.Last += int64(i) * 1_000_003
		records[i] = r
	}
	return records
}

// Record is any record that keeps flowtable's promises: times in order and within
// flowtable.MaxTime, an IP version of 4 or 6, unused address octets zero.
func Record(choose Source) flowtable.Record {
	r := flowtable.Record{
		Packets:   counter(choose),
		Octets:    counter(choose),
		First:     min(someTime(choose), flowtable.MaxTime),
		Input:     uint32(choose(1 << 17)),
		Output:    uint32(choose(1 << 17)),
		SrcPort:   uint16(choose(1 << 16)),
		DstPort:   uint16(choose(1 << 16)),
		VLAN:      uint16(choose(1 << 12)),
		IPVersion: 4 + 2*uint8(choose(2)),
		Protocol:  []uint8{6, 17, 1, 58, 132, 0, 255}[choose(7)],
		ToS:       uint8(choose(256)),
		TCPFlags:  uint8(choose(256)),
		Direction: flowtable.Direction(choose(2)),
		Reason:    flowtable.EndReason(choose(7)),
	}
	r.Last = min(r.First+duration(choose), flowtable.MaxTime)
	length := 4
	if r.IPVersion == 6 {
		length = 16
	}
	for i := range length {
		r.Src[i], r.Dst[i] = uint8(choose(256)), uint8(choose(256))
	}
	return r
}

// counter is small, around 2³², or up to a few times 2³², so that V5 needs few parts.
func counter(choose Source) uint64 {
	switch choose(4) {
	case 0:
		return math.MaxUint32 - 2 + choose(5)
	case 1:
		return choose(5 << 32)
	default:
		return choose(100_000)
	}
}

// someTime is in this century, around 1970, around 2106, or any.
func someTime(choose Source) int64 {
	switch choose(8) {
	case 0:
		return int64(choose(4e9)) - 2e9
	case 1:
		return math.MaxUint32*1e9 - 2e9 + int64(choose(4e9))
	case 2:
		return int64(choose(1<<63)) - flowtable.MaxTime
	case 3:
		return int64(choose(1 << 60))
	default:
		return Start().UnixNano() + int64(choose(1e13))
	}
}

// duration is short, around 2³² ms, or up to 50 years.
func duration(choose Source) int64 {
	switch choose(8) {
	case 0:
		return (math.MaxUint32-2000)*1e6 + int64(choose(4e9))
	case 1:
		return int64(choose(50 * 365 * 86400 * 1e9))
	default:
		return int64(choose(300e9))
	}
}

// Broken is up to most records from data that keep none of flowtable's promises: any version,
// times in any order and anywhere in an int64. Counters stay small enough for V5 to split.
func Broken(data []byte, most int) []flowtable.Record {
	choose := Bytes(data)
	records := make([]flowtable.Record, choose(uint64(most)+1))
	for i := range records {
		r := Record(choose)
		if choose(4) == 0 {
			r.First, r.Last = int64(choose(math.MaxUint64)), int64(choose(math.MaxUint64))
		}
		if choose(8) == 0 {
			r.IPVersion = uint8(choose(256))
		}
		r.Direction, r.Reason = flowtable.Direction(choose(256)), flowtable.EndReason(choose(256))
		records[i] = r
	}
	return records
}
