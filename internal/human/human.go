// Package human writes numbers as people read them.
package human

import (
	"fmt"
	"strconv"
)

// Number writes n with commas between the thousands.
func Number(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Count writes "1 file" and "2 files".
func Count(n uint64, what string) string { return Plural(n, what, what+"s") }

// Plural writes "1 batch" and "2 batches".
func Plural(n uint64, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + more
}

// Octets writes a number of octets in the unit in which it has up to three digits.
func Octets(n uint64) string {
	const units = "kMGTPE"
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	f := float64(n)
	i := -1
	for f >= 999.5 && i < len(units)-1 {
		f /= 1000
		i++
	}
	return fmt.Sprintf("%.3g %cB", f, units[i])
}
