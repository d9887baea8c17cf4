package rpc

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"":                               `""`,
		"FlowLogId":                      `"FlowLogId"`,
		`"a\b"`:                          `"\"a\\b\""`,
		"创建\xff\n":                       `"创建\xff\n"`,
		strings.Repeat("x", 64):          `"` + strings.Repeat("x", 64) + `"`,
		strings.Repeat("x", 65):          `"` + strings.Repeat("x", 64) + `…"`,
		strings.Repeat("\x80", 17):       `"` + strings.Repeat(`\x80`, 16) + `…"`,
		strings.Repeat("\U000e0001", 64): `"` + strings.Repeat(`\U000e0001`, 6) + `…"`,
		strings.Repeat("x", 62) + "创":    `"` + strings.Repeat("x", 62) + `…"`,
	} {
		if got := quote(in); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

// TestQuoteAgrees holds whatever is quoted against strconv's.
func TestQuoteAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		got, whole := quote(s), strconv.Quote(s)
		cut := strings.TrimSuffix(got, `…"`)
		if got != whole && (!strings.HasPrefix(whole, cut) || len(whole) <= shown+2) || len(got) > shown+5 || !utf8.ValidString(got) {
			t.Errorf("%q became %s", s, got)
		}
	})
}
