package smartag

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

const (
	// textLimit is the longest text, in bytes, that is taken over from an answer or a library.
	textLimit = 300
	// shortestSecret is below what keys and tokens are: a shorter one would blank out ordinary text.
	shortestSecret = 4
)

// query is that of a URL, which may be a signed one.
var query = regexp.MustCompile(`\?[A-Za-z]+=\S*`)

// redact makes foreign text fit for logs: secrets in any encoding blanked, queries left out, one line, of bounded
// length. The API's echo of the string that it signed is cut off: it holds the token.
func redact(text string, secrets ...string) string {
	if before, _, found := strings.Cut(text, "server string to sign is"); found {
		text = strings.TrimRight(before, " ")
	}
	for _, secret := range secrets {
		if len(secret) < shortestSecret {
			continue
		}
		once := url.QueryEscape(secret)
		for _, form := range []string{secret, url.QueryEscape(once), once} {
			text = strings.ReplaceAll(text, form, "***")
		}
	}
	return shorten(oneLine(query.ReplaceAllString(text, "?…")))
}

// oneLine replaces what is not printable.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

// shorten cuts text at textLimit, between two characters.
func shorten(text string) string {
	if len(text) <= textLimit {
		return text
	}
	return strings.ToValidUTF8(text[:textLimit], "") + "…"
}
