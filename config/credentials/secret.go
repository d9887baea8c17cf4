package credentials

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is text that does not print. Convert it, string(s), where it is used.
type Secret string

// mask is what a secret shows.
const mask = "(secret)"

// String hides the secret; that of none is "".
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// GoString is String.
func (s Secret) GoString() string { return s.String() }

// Format writes String for every verb, also %x and %d.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue is String.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is String, for every encoder that asks for text: YAML, XML, keys of JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON is String in quotes.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + s.String() + `"`), nil }
