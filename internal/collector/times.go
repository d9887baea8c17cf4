package collector

import "github.com/sagflow/sagflow/flowtable"

// clock is what a datagram's header tells about time, for the fields that are relative to it.
type clock struct {
	// export is the header's time in milliseconds since 1970.
	export int64
	// uptime is the header's sysUptime in milliseconds (V5, V9).
	uptime uint32
	// boot is systemInitTimeMilliseconds (160), which IPFIX sends in options or with the record.
	boot      int64
	hasUptime bool
	hasBoot   bool
}

// The offset of NTP's era 0 (1900) from 1970, and the length of an era, in seconds.
const (
	ntpOffset = 2208988800
	ntpEra    = 1 << 32
)

// at turns a sysUptime of the past into nanoseconds since 1970. The counter wraps after 49.7 days:
// a value that is far ahead of the header's own is from before the wrap.
func (c *clock) at(uptime uint64) int64 {
	ahead := int64(uint32(uptime)) - int64(c.uptime)
	if ahead > 1<<31 {
		ahead -= 1 << 32
	}
	return milliseconds(c.export + ahead)
}

// withBoot returns the clock with a systemInitTimeMilliseconds (160).
func (c clock) withBoot(ms int64) clock {
	c.boot, c.hasBoot = ms, true
	return c
}

// wireMilliseconds keeps a dateTimeMilliseconds (RFC 7011 §6.1.8) in a range in which sums with
// other times stay positive.
func wireMilliseconds(ms uint64) int64 { return int64(min(ms, 1<<61)) }

// milliseconds turns milliseconds into nanoseconds, not beyond what a record can hold.
func milliseconds(ms int64) int64 {
	const most = flowtable.MaxTime / 1e6
	return max(min(ms, most), -most) * 1e6
}

// seconds turns a dateTimeSeconds (RFC 7011 §6.1.7) into nanoseconds.
func seconds(s uint64) int64 { return milliseconds(int64(min(s, 1<<40)) * 1000) }

// ntp turns NTP format (RFC 7011 §6.1.9, §6.1.10) into nanoseconds since 1970, rounded to the
// given unit: encoders cut the fraction, so that rounding down would lose one unit more. The era
// (the first ends in 2036) is the one that comes closest to the export time.
func (c *clock) ntp(n uint64, unit int64) int64 {
	s := int64(n>>32) - ntpOffset
	s += (c.export/1000 - s + ntpEra/2) >> 32 << 32
	units := (int64(n&(1<<32-1))*(1e9/unit) + 1<<31) >> 32
	ns := s*1e9 + units*unit
	return max(min(ns, flowtable.MaxTime), -flowtable.MaxTime)
}

// edge names the slots of a record's first or of its last moment.
type edge struct {
	nanoseconds, microseconds, milliseconds, seconds, uptime, delta slot
}

var (
	startEdge = edge{startNanoseconds, startMicroseconds, startMilliseconds, startSeconds, startUptime, startDelta}
	endEdge   = edge{endNanoseconds, endMicroseconds, endMilliseconds, endSeconds, endUptime, endDelta}
)

// moment finds one edge of a record, from the most exact element that it has.
func (c *clock) moment(s *side, e *edge) (ns int64, ok bool) {
	has := func(at slot) bool { return s.has&(1<<at) != 0 }
	switch {
	case has(e.nanoseconds):
		return c.ntp(s.num[e.nanoseconds], 1), true
	case has(e.microseconds):
		return c.ntp(s.num[e.microseconds], 1000), true
	case has(e.milliseconds):
		return milliseconds(wireMilliseconds(s.num[e.milliseconds])), true
	case has(e.uptime) && c.hasUptime:
		return c.at(s.num[e.uptime]), true
	case has(e.uptime) && c.hasBoot:
		return milliseconds(c.boot + wireMilliseconds(s.num[e.uptime])), true
	case has(e.seconds):
		return seconds(s.num[e.seconds]), true
	case has(e.delta): // microseconds before the export time (RFC 7011 §5.1)
		return milliseconds(c.export) - int64(uint32(s.num[e.delta]))*1000, true
	default:
		return 0, false
	}
}

// span finds both edges. One that is missing is made up from the other and the duration; a record
// of one moment has an observation time. With none of these it is the export time, and ok is false.
func (c *clock) span(s *side) (first, last int64, ok bool) {
	first, hasFirst := c.moment(s, &startEdge)
	last, hasLast := c.moment(s, &endEdge)
	length := duration(s)
	switch {
	case hasFirst && hasLast:
		return first, last, true
	case hasFirst:
		return first, min(first+length, flowtable.MaxTime), true
	case hasLast:
		return max(last-length, -flowtable.MaxTime), last, true
	}
	if first, ok = c.observed(s); !ok {
		first = milliseconds(c.export)
	}
	return first, first, ok
}

func duration(s *side) int64 {
	if us := s.get(durationMicroseconds); us != 0 {
		return int64(uint32(us)) * 1e3
	}
	return int64(uint32(s.get(durationMilliseconds))) * 1e6
}

func (c *clock) observed(s *side) (ns int64, ok bool) {
	has := func(at slot) bool { return s.has&(1<<at) != 0 }
	switch {
	case has(observedNanoseconds):
		return c.ntp(s.num[observedNanoseconds], 1), true
	case has(observedMicroseconds):
		return c.ntp(s.num[observedMicroseconds], 1000), true
	case has(observedMilliseconds):
		return milliseconds(wireMilliseconds(s.num[observedMilliseconds])), true
	case has(observedSeconds):
		return seconds(s.num[observedSeconds]), true
	default:
		return 0, false
	}
}
