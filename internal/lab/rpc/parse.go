package rpc

import (
	"fmt"
	"net/url"
	"strings"
)

// parse reads name=value pairs between ampersands, percent-encoded, with + for a space. A pair without = has an
// empty value, and an empty pair is none. Names and values may be any bytes, but no name is empty or comes twice.
func parse(where, text string) (map[string]string, error) {
	values := map[string]string{}
	for pair := range strings.SplitSeq(text, "&") {
		if pair == "" {
			continue
		}
		name, value, err := parsePair(where, pair)
		if err != nil {
			return values, err
		}
		if _, ok := values[name]; ok {
			return values, repeated(name)
		}
		if len(values) == maxParameters {
			return values, tooMany()
		}
		values[name] = value
	}
	return values, nil
}

func parsePair(where, pair string) (name, value string, err error) {
	rawName, rawValue, _ := strings.Cut(pair, "=")
	if name, err = url.QueryUnescape(rawName); err != nil {
		return "", "", invalidParameter(fmt.Sprintf("The name of a parameter in the %s is not percent-encoded: %q.", where, shorten(rawName)))
	}
	if name == "" {
		return "", "", invalidParameter(fmt.Sprintf("A parameter in the %s has no name: %q.", where, shorten(pair)))
	}
	if value, err = url.QueryUnescape(rawValue); err != nil {
		return "", "", invalidParameter(fmt.Sprintf("The value of the parameter %q in the %s is not percent-encoded.", shorten(name), where))
	}
	return name, value, nil
}

// shorten keeps what clients send at a length that suits a message.
func shorten(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
