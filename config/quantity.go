package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// sizeUnits are those of sizes, the largest first.
func sizeUnits() []sizeUnit { return []sizeUnit{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} }

type sizeUnit struct {
	name   string
	octets int64
}

// size is a codec of numbers of octets: 256MiB.
func size[T int | int64](least, most T) codec[T] {
	want := fmt.Sprintf("a whole number with KiB, MiB or GiB, from %s to %s, as 256MiB", SizeText(least), SizeText(most))
	return codec[T]{
		want: want, tag: tagText, print: SizeText[T],
		parse: func(s string) (T, complaint) {
			for _, u := range sizeUnits() {
				number, ok := strings.CutSuffix(s, u.name)
				if !ok {
					continue
				}
				n, err := strconv.ParseInt(number, 10, 64)
				switch {
				case err != nil || strconv.FormatInt(n, 10) != number:
					return 0, complaint{want: want}
				case n > int64(most)/u.octets || n*u.octets < int64(least):
					return 0, complaint{"out of range", want}
				}
				return T(n * u.octets), complaint{}
			}
			if n, err := strconv.ParseFloat(s, 64); err == nil && n > 0 {
				return 0, complaint{"a number without a unit", want}
			}
			return 0, complaint{"not a size", want}
		},
	}
}

// SizeText is a size as a configuration has it.
func SizeText[T int | int64](octets T) string {
	n := int64(octets)
	for _, u := range sizeUnits() {
		if n >= u.octets && n%u.octets == 0 {
			return strconv.FormatInt(n/u.octets, 10) + u.name
		}
	}
	return strconv.FormatInt(n, 10) + " octets"
}

// percent is a codec of parts of a whole: 10%.
func percent(least, most int) codec[int] {
	want := fmt.Sprintf("a whole percentage from %d%% to %d%%", least, most)
	show := func(n int) string { return strconv.Itoa(n) + "%" }
	return codec[int]{
		want: want, tag: tagText, print: show, zero: true,
		parse: func(s string) (int, complaint) {
			n, err := strconv.Atoi(strings.TrimSuffix(s, "%"))
			switch {
			case err != nil:
				return 0, complaint{want: want}
			case !strings.HasSuffix(s, "%"):
				return 0, complaint{"a number without %", want}
			case show(n) != s:
				return 0, complaint{want: want}
			case n < least || n > most:
				return 0, complaint{"out of range", want}
			}
			return n, complaint{}
		},
	}
}

// syncInterval is a codec of times, of which 0 is written always.
func syncInterval() codec[time.Duration] {
	return orWord("always", duration(10*time.Millisecond, time.Hour))
}
