package smartag

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain",
		"Specified signature is not matched with our calculation. server string to sign is:POST&%2F&": "Specified signature is not matched with our calculation.",
		"key " + keySecret + " and " + url.QueryEscape(keySecret):                                     "key *** and ***",
		"twice " + url.QueryEscape(url.QueryEscape(keySecret)):                                        "twice ***",
		"see https://h/?Action=X&Signature=abc for more":                                              "see https://h/?… for more",
		"two\nlines\x1b[31m": "two lines [31m",
		"bad \xff":           "bad ?",
	} {
		if got := redact(in, keySecret, "", "abc"); got != want {
			t.Errorf("redact %q = %q, want %q", in, got, want)
		}
	}
}

func TestRedactIsBoundedAndValid(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		secret := rapid.StringMatching(`[A-Za-z0-9+/=]{8,40}`).Draw(r, "secret")
		text := rapid.String().Draw(r, "before") + secret + strings.Repeat(rapid.String().Draw(r, "after"), 50)
		got := redact(text, secret)
		if strings.Contains(got, secret) || !utf8.ValidString(got) || len(got) > textLimit+len("…") || strings.Contains(got, "\n") {
			r.Fatalf("redact %q = %q", text, got)
		}
	})
}
