package rpc

import (
	"maps"
	"slices"
)

// appendPercent encodes as both schemes want it: all but the unreserved characters of RFC 3986 §2.3 become %XY
// with upper-case digits, byte by byte.
func appendPercent(to []byte, s string) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		if b := s[i]; isUnreserved(b) {
			to = append(to, b)
		} else {
			to = append(to, '%', digits[b>>4], digits[b&15])
		}
	}
	return to
}

func isUnreserved(b byte) bool {
	switch {
	case 'A' <= b && b <= 'Z', 'a' <= b && b <= 'z', '0' <= b && b <= '9':
		return true
	}
	return b == '-' || b == '_' || b == '.' || b == '~'
}

// canonicalQuery is name=value&…, both encoded, sorted by the names' bytes, without the parameter except.
func canonicalQuery(values map[string]string, except string) []byte {
	var text []byte
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if name == except {
			continue
		}
		if len(text) > 0 {
			text = append(text, '&')
		}
		text = appendPercent(text, name)
		text = append(text, '=')
		text = appendPercent(text, values[name])
	}
	return text
}
