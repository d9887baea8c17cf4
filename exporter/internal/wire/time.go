package wire

// Times on the wire, in units of a nanosecond count since 1970.
const (
	nanosPerSecond = int64(1e9)
	nanosPerMilli  = int64(1e6)
	// MaxSecond is the last second that a header can show: 2106-02-07 06:28:15.
	MaxSecond = int64(1)<<32 - 1
)

// HeaderSecond returns the whole second at or after a time in nanoseconds since 1970, within what
// the 32 bits of a header can show. Rounding up keeps it from being before any end in the datagram.
func HeaderSecond(nanos int64) int64 {
	return min(max(ceilSecond(nanos), 0), MaxSecond)
}

// Milliseconds returns a time in nanoseconds since 1970 as milliseconds since 1970 (RFC 7011
// §6.1.8), rounded down. They are unsigned: a time before 1970 becomes 0.
func Milliseconds(nanos int64) uint64 { return uint64(max(nanos, 0)) / uint64(nanosPerMilli) }

// Unrepresentable says that Milliseconds would move one of the times of a record.
func Unrepresentable(first, last int64) bool { return first|last < 0 }

// ceilSecond rounds up: Go's division rounds towards zero, which is up for negative numbers.
func ceilSecond(nanos int64) int64 {
	s := nanos / nanosPerSecond
	if nanos%nanosPerSecond > 0 {
		s++
	}
	return s
}
