package config

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// maxShown is how many characters of a value an error shows.
const maxShown = 60

// hidden stands for a value that may be a secret.
const hidden = "(not shown)"

// shown is a value as errors show it: short, and not at all where it may hold a secret.
func shown(value string) string {
	if mayBeSecret(value) {
		return hidden
	}
	if runes := []rune(value); len(runes) > maxShown {
		return string(runes[:maxShown]) + "…"
	}
	return value
}

// mayBeSecret says that a value looks like an access key or has a part that does, or is a URL that carries
// something.
func mayBeSecret(value string) bool {
	if strings.Contains(value, "LTAI") || strings.Contains(value, "STS.") {
		return true
	}
	if strings.ContainsAny(value, "@?#") && strings.Contains(value, "//") {
		u, err := url.Parse(value)
		return err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != ""
	}
	return slices.ContainsFunc(strings.FieldsFunc(value, func(r rune) bool { return !secretRune(r) }), looksRandom)
}

// secretRune says that a secret or a token has such characters.
func secretRune(r rune) bool {
	return r <= unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("+/_-", r))
}

// looksRandom says that a text of such characters is as long and mixed as the secret of an access key (30
// characters) or a token.
func looksRandom(text string) bool {
	return len(text) >= 20 && strings.ContainsFunc(text, unicode.IsUpper) &&
		strings.ContainsFunc(text, unicode.IsLower) && strings.ContainsFunc(text, unicode.IsDigit)
}

// secretWords are parts of keys whose values are secrets, in lower case and without - and _.
var secretWords = [...]string{"secret", "token", "password", "passwd", "accesskey", "privatekey"}

// namesSecret says that a key's value would be a secret: access-key-secret, securityToken.
func namesSecret(key string) bool {
	key = strings.NewReplacer("-", "", "_", "", ".", "", " ", "").Replace(strings.ToLower(key))
	for _, word := range secretWords {
		if strings.Contains(key, word) {
			return true
		}
	}
	return false
}
