package filter

import (
	"strings"
	"unicode"
)

// token is one word of a filter, or a parenthesis. At the end of the text it is empty.
type token struct {
	text string
	// column is in characters from 1.
	column int
}

// word returns the token as keywords are compared.
func (t token) word() string { return strings.ToLower(t.text) }

// split returns the words of a text, and an empty one for its end.
func split(text string) []token {
	var tokens []token
	start, startColumn, column := -1, 0, 0
	flush := func(end int) {
		if start >= 0 {
			tokens = append(tokens, token{text[start:end], startColumn})
			start = -1
		}
	}
	for i, r := range text {
		column++
		switch {
		case unicode.IsSpace(r):
			flush(i)
		case r == '(' || r == ')':
			flush(i)
			tokens = append(tokens, token{text[i : i+1], column})
		case start < 0:
			start, startColumn = i, column
		}
	}
	flush(len(text))
	return append(tokens, token{"", column + 1})
}
