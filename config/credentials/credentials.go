package credentials

import (
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Credentials are one access key. Its String, Format, LogValue and JSON forms never hold the secret.
type Credentials struct {
	AccessKeyID     string
	AccessKeySecret Secret
	SecurityToken   Secret
	// Expires is when the token ends, zero if never or unknown.
	Expires time.Time
}

// String names the access key by the beginning and the end of its id.
func (c Credentials) String() string {
	text := "access key " + masked(c.AccessKeyID)
	if c.SecurityToken != "" {
		text += " with a security token"
	}
	if !c.Expires.IsZero() {
		text += " until " + c.Expires.UTC().Format(time.RFC3339)
	}
	return text
}

// masked is enough of an id to tell two of them apart, and too little to use.
func masked(id string) string {
	const shown = 4
	if len(id) <= 4*shown {
		return "…"
	}
	return id[:shown] + "…" + id[len(id)-shown:]
}

// GoString is String.
func (c Credentials) GoString() string { return c.String() }

// Format writes String for every verb.
func (c Credentials) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.String()) }

// LogValue is String.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Provider gives the credentials in force, read anew when their file changed. Any goroutine may use it.
type Provider interface {
	// Get returns the credentials, or why there are none.
	Get() (Credentials, error)
	// Refresh reads them anew, though the file seems unchanged: after a refusal.
	Refresh() (Credentials, error)
	// Origin says where they come from, in words without a secret.
	Origin() string
}

// Profile is a named section of a credentials file.
type Profile struct {
	Name string
	Credentials
}
