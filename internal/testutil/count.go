package testutil

import (
	"os"
	"strconv"
	"testing"
)

// Count is how often something is tried: what an environment variable says, 1 or more, or the ordinary number.
func Count(tb testing.TB, variable string, ordinary int) int {
	tb.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return ordinary
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		tb.Fatalf("%s=%q: want a number, 1 or more", variable, text)
	}
	return n
}
