package filter

import "fmt"

// SyntaxError says where and why a text is no filter.
type SyntaxError struct {
	// Column is where the wrong word begins, in characters from 1.
	Column int
	// Token is the wrong word; empty at the end of the text.
	Token string
	// Problem says what is wrong and what would be right.
	Problem string
}

// Error returns column, word and problem, like: column 6: "99999": want a port number from 0 to 65535.
func (e *SyntaxError) Error() string {
	if e.Token == "" {
		return fmt.Sprintf("column %d: end of the filter: %s", e.Column, e.Problem)
	}
	return fmt.Sprintf("column %d: %q: %s", e.Column, shorten(e.Token), e.Problem)
}

// shorten keeps a message readable, whatever was passed.
func shorten(s string) string {
	const limit = 60
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "…"
}

func (t token) error(format string, args ...any) *SyntaxError {
	return &SyntaxError{Column: t.column, Token: t.text, Problem: fmt.Sprintf(format, args...)}
}
