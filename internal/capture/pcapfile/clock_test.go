package pcapfile

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/flowtable"
)

// convert does what packet blocks do.
func convert(c *clock, count uint64) (int64, bool) {
	if count < c.directEnd {
		return c.direct(count), false
	}
	return c.exact(count)
}

// bigTime is the definition: ⌊count · 10⁹ / units⌋ + offset · 10⁹, in numbers of any size.
func bigTime(resolution uint8, offset int64, count uint64) *big.Int {
	base := big.NewInt(10)
	if resolution&0x80 != 0 {
		base = big.NewInt(2)
	}
	units := new(big.Int).Exp(base, big.NewInt(int64(resolution&0x7f)), nil)
	v := new(big.Int).SetUint64(count)
	v.Mul(v, big.NewInt(nanosecond))
	v.Div(v, units)
	return v.Add(v, new(big.Int).Mul(big.NewInt(offset), big.NewInt(nanosecond)))
}

func TestClock(t *testing.T) {
	const most = flowtable.MaxTime
	for _, c := range []struct {
		name       string
		resolution uint8
		offset     int64
		count      uint64
		want       int64
		clamped    bool
	}{
		{"default: microseconds", 6, 0, 1_500_000_000_123_456, 1_500_000_000_123_456_000, false},
		{"nanoseconds", 9, 0, 1_500_000_000_123_456_789, 1_500_000_000_123_456_789, false},
		{"seconds, which is 10^0", 0, 0, 1_500_000_000, 1_500_000_000_000_000_000, false},
		{"seconds, which is 2^0", 0x80, 0, 1_500_000_000, 1_500_000_000_000_000_000, false},
		{"picoseconds round down", 12, 0, 1_999, 1, false},
		{"finer than any nanosecond", 29, 0, math.MaxUint64, 0, false},
		{"10^-28 s", 28, 0, math.MaxUint64, 1, false},
		{"10^-127 s", 127, 0, math.MaxUint64, 0, false},
		{"2^-20 s", 0x80 | 20, 0, 3 << 19, 1_500_000_000, false},
		{"2^-32 s", 0x80 | 32, 0, math.MaxUint64, 4_294_967_295_999_999_999, false},
		{"2^-64 s", 0x80 | 64, 0, math.MaxUint64, 999_999_999, false},
		{"2^-127 s", 0xff, 0, math.MaxUint64, 0, false},
		{"offset", 6, 3600, 1, 3600*nanosecond + 1000, false},
		{"offset below 0", 6, -3600, 1, -3600*nanosecond + 1000, false},
		{"offset that makes up for the count", 9, -18_446_744_073, math.MaxUint64, 709_551_615, false},
		{"offset beyond, with a fine unit", 127, 5_000_000_000, 0, most, true},
		{"the last nanosecond", 9, 0, uint64(most), most, false},
		{"one more", 9, 0, uint64(most) + 1, most, true},
		{"first second", 9, -4_611_686_018, 0, -4_611_686_018 * nanosecond, false},
		{"before it", 9, -4_611_686_019, 0, -most, true},
		{"far after", 0, 0, math.MaxUint64, most, true},
		{"far after, by the offset", 6, math.MaxInt64, 0, most, true},
		{"far before", 6, math.MinInt64, math.MaxUint64, -most, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := newClock(c.resolution, c.offset)
			if got, clamped := convert(&clock, c.count); got != c.want || clamped != c.clamped {
				t.Errorf("%d (clamped %v), must be %d (%v)", got, clamped, c.want, c.clamped)
			}
		})
	}
}

// TestClockIsExact compares with numbers of any size, for counts and offsets near the limits too.
func TestClockIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		resolution := rapid.Uint8().Draw(t, "resolution")
		offset := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-1<<34, 1<<34), rapid.Just[int64](0)).Draw(t, "offset")
		count := rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 1<<40)).Draw(t, "count")
		clock := newClock(resolution, offset)
		for _, n := range []uint64{count, clock.directEnd, clock.directEnd - 1} {
			exact := bigTime(resolution, offset, n)
			got, clamped := convert(&clock, n)
			if want := clampBig(exact); got != want || clamped != (exact.CmpAbs(big.NewInt(flowtable.MaxTime)) > 0) {
				t.Fatalf("count %d: %d (clamped %v), must be %d", n, got, clamped, want)
			}
		}
	})
}
