package rpc

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
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
		return "", "", invalidParameter(fmt.Sprintf("The name of a parameter in the %s is not percent-encoded: %s.", where, quote(rawName)))
	}
	if name == "" {
		return "", "", invalidParameter(fmt.Sprintf("A parameter in the %s has no name: %s.", where, quote(pair)))
	}
	if value, err = url.QueryUnescape(rawValue); err != nil {
		return "", "", invalidParameter(fmt.Sprintf("The value of the parameter %s in the %s is not percent-encoded.", quote(name), where))
	}
	return name, value, nil
}

// shown is how much of what clients send a message shows.
const shown = 64

// quote puts what clients send into a message: quoted, and cut between two characters where the quoted form, which
// may be ten times as long, would be longer than suits a message.
func quote(s string) string {
	text := ""
	for i := 0; i < len(s); {
		_, n := utf8.DecodeRuneInString(s[i:])
		next := strconv.Quote(s[i : i+n])
		next = next[1 : len(next)-1]
		if len(text)+len(next) > shown {
			text += "…"
			break
		}
		text += next
		i += n
	}
	return `"` + text + `"`
}

// shorten does so with a header's name, which needs no quotes.
func shorten(name string) string {
	if len(name) <= shown {
		return name
	}
	return name[:shown] + "…"
}
