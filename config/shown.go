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

// mayBeSecret says that a value looks like an access key or has a word that does, or is a URL that carries
// something.
func mayBeSecret(value string) bool {
	if strings.HasPrefix(value, "LTAI") || strings.HasPrefix(value, "STS.") {
		return true
	}
	if strings.ContainsAny(value, "@?#") && strings.Contains(value, "//") {
		u, err := url.Parse(value)
		return err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != ""
	}
	return slices.ContainsFunc(strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t:=,;'\"", r) }), looksRandom)
}

// looksRandom says that a value is as long and mixed as the secret of an access key (30 characters) or a
// token, in one word.
func looksRandom(value string) bool {
	var upper, lower, digit bool
	for _, r := range value {
		switch {
		case r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("+/_-", r):
			return false
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsLower(r):
			lower = true
		case unicode.IsDigit(r):
			digit = true
		}
	}
	return len(value) >= 20 && upper && lower && digit
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
