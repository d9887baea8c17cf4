package pcapfile

import (
	"math"
	"math/bits"

	"github.com/sagflow/sagflow/flowtable"
)

const (
	nanosecond = 1_000_000_000 // units in a second
	// microDigits is the resolution of an interface without if_tsresol (§4.2): 10^-6 s.
	microDigits = 6
	nanoDigits  = 9
	// maxDigits is the largest power of ten that divides: 10^19 is the last one within 64 bits,
	// and any 64-bit count of a finer unit than 10^-28 s is less than a nanosecond.
	maxDigits = nanoDigits + 19
)

// clock turns an interface's 64-bit counts into nanoseconds since 1970.
//
// Of the count's three ways (times a power of ten, divided by one, or a binary fraction) the first
// is nearly all there is, so direct carries it out in 64 bits while the result fits.
type clock struct {
	// directEnd is the first count for which direct does not hold; 0 where it never does.
	directEnd uint64
	mul       uint64
	// add is the offset in nanoseconds where direct holds.
	add int64

	div   uint64 // 0: none
	shift uint   // binary fraction: the count of bits
	zero  bool   // units so fine that any count is less than a nanosecond
	// offsetHi and offsetLo are if_tsoffset in nanoseconds, two's complement, 128 bits.
	offsetHi, offsetLo uint64
}

// newClock returns the clock of an interface with these if_tsresol and if_tsoffset options (§4.2).
func newClock(resolution uint8, offset int64) clock {
	c := clock{mul: 1}
	digits := int(resolution & 0x7f)
	switch {
	case resolution&0x80 != 0:
		c.mul, c.shift = nanosecond, uint(digits)
	case digits <= nanoDigits:
		c.mul = power10(nanoDigits - digits)
	case digits <= maxDigits:
		c.div = power10(digits - nanoDigits)
	default:
		c.zero = true
	}
	c.setOffset(offset)
	return c
}

// setOffset takes the seconds that are added to each time.
func (c *clock) setOffset(seconds int64) {
	magnitude := uint64(seconds)
	if seconds < 0 {
		magnitude = -magnitude
	}
	c.offsetHi, c.offsetLo = bits.Mul64(magnitude, nanosecond)
	if seconds < 0 {
		var borrow uint64
		c.offsetLo, borrow = bits.Sub64(0, c.offsetLo, 0)
		c.offsetHi, _ = bits.Sub64(0, c.offsetHi, borrow)
	}
	const most = flowtable.MaxTime / nanosecond
	if c.shift > 0 || c.div > 0 || c.zero || seconds < -most || seconds > most {
		return
	}
	c.add = seconds * nanosecond
	c.directEnd = uint64(flowtable.MaxTime-max(c.add, 0)) / c.mul
}

// direct converts a count below directEnd.
func (c *clock) direct(count uint64) int64 { return int64(count*c.mul) + c.add }

// exact converts any count. The second result says that the time lay outside ±flowtable.MaxTime
// and is the nearest of the two.
func (c *clock) exact(count uint64) (int64, bool) {
	hi, lo := c.scale(count)
	lo, carry := bits.Add64(lo, c.offsetLo, 0)
	hi, _ = bits.Add64(hi, c.offsetHi, carry)
	const last, first = uint64(flowtable.MaxTime), math.MaxUint64 - uint64(flowtable.MaxTime) + 1
	switch {
	case int64(hi) < 0 && (hi != ^uint64(0) || lo < first):
		return -flowtable.MaxTime, true
	case int64(hi) >= 0 && (hi != 0 || lo > last):
		return flowtable.MaxTime, true
	}
	return int64(lo), false
}

// scale returns the count in nanoseconds, rounded down, in 128 bits.
func (c *clock) scale(count uint64) (hi, lo uint64) {
	switch {
	case c.zero:
		return 0, 0
	case c.div > 0:
		return 0, count / c.div
	}
	hi, lo = bits.Mul64(count, c.mul)
	if c.shift >= 64 {
		return 0, hi >> (c.shift - 64)
	}
	// A shift by 64 gives 0 in Go, which is what a binary fraction of no bits asks for.
	return hi >> c.shift, lo>>c.shift | hi<<(64-c.shift)
}

func power10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
