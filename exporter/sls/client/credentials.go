package client

import (
	"fmt"
	"io"
	"log/slog"
)

// Credentials are one access key. No printed form of it holds a secret.
type Credentials struct {
	AccessKeyID     string
	AccessKeySecret string
	// SecurityToken is "" where the key is not a temporary one.
	SecurityToken string
}

// String names the key by its id alone.
func (c Credentials) String() string { return "access key " + c.AccessKeyID }

// GoString is String.
func (c Credentials) GoString() string { return c.String() }

// Format writes String for every verb.
func (c Credentials) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.String()) }

// LogValue is String.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText is String.
func (c Credentials) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Provider gives the credentials in force. Any goroutine may use it.
type Provider interface {
	// Get returns the credentials, or why there are none.
	Get() (Credentials, error)
	// Refresh reads them anew, though their source seems unchanged: after a refusal.
	Refresh() (Credentials, error)
}

// Fixed are credentials that never change.
type Fixed Credentials

// Get implements Provider.
func (f Fixed) Get() (Credentials, error) { return Credentials(f), nil }

// Refresh implements Provider.
func (f Fixed) Refresh() (Credentials, error) { return Credentials(f), nil }

// Format names the key by its id alone.
func (f Fixed) Format(s fmt.State, verb rune) { Credentials(f).Format(s, verb) }
