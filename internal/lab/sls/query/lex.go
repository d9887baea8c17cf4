package query

import (
	"fmt"
	"strings"
)

type kind uint8

const (
	end kind = iota
	word
	quoted
	symbol
)

// token is a piece of a query. A symbol is one of ( ) : = > >= < <= |.
type token struct {
	kind kind
	text string
	at   int
}

// Error says what is wrong with a query, and where.
type Error struct {
	// At is the offset in bytes.
	At     int
	Reason string
	// SQL says that it is right but for its SQL.
	SQL bool
}

// Error names the place and the reason.
func (e *Error) Error() string { return fmt.Sprintf("query, byte %d: %s", e.At, e.Reason) }

func wrong(at int, format string, args ...any) *Error {
	return &Error{At: at, Reason: fmt.Sprintf(format, args...)}
}

const (
	spaces  = " \t\r\n"
	special = spaces + `():=<>|"`
)

// lex cuts a query into tokens; the last one is an end.
func lex(s string) ([]token, error) {
	var tokens []token
	for at := 0; ; {
		at += len(s[at:]) - len(strings.TrimLeft(s[at:], spaces))
		if at == len(s) {
			return append(tokens, token{end, "", at}), nil
		}
		t, length, err := next(s[at:], at)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		at += length
	}
}

// next reads one token, and says how many bytes it takes.
func next(s string, at int) (token, int, error) {
	switch c := s[0]; {
	case c == '"':
		return unquote(s, at)
	case (c == '<' || c == '>') && len(s) > 1 && s[1] == '=':
		return token{symbol, s[:2], at}, 2, nil
	case strings.IndexByte(special, c) >= 0:
		return token{symbol, s[:1], at}, 1, nil
	}
	n := strings.IndexAny(s, special)
	if n < 0 {
		n = len(s)
	}
	return token{word, s[:n], at}, n, nil
}

func unquote(s string, at int) (token, int, error) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return token{quoted, b.String(), at}, i + 1, nil
		case c == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return token{}, 0, wrong(at, "the quote does not end")
}

// is says whether a token is this keyword or symbol.
func (t token) is(text string) bool {
	return (t.kind == word && strings.EqualFold(t.text, text)) || (t.kind == symbol && t.text == text)
}

// isText says whether a token can be searched for.
func (t token) isText() bool {
	return t.kind == quoted || (t.kind == word && !t.is("and") && !t.is("or") && !t.is("not"))
}

// String is how errors call a token.
func (t token) String() string {
	if t.kind == end {
		return "the end"
	}
	return fmt.Sprintf("%.40q", t.text)
}
