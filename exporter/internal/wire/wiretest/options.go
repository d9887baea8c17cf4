package wiretest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/exporter"
)

// Option is an options record as a collector decodes it: field types with their octets.
type Option struct {
	Set           uint16
	Scope, Values []Octets
}

// Octets is a field's type, of a scope in NetFlow V9 one of RFC 3954 §6.1, and its octets.
type Octets struct {
	Type  uint16
	Value string
}

// Interfaces are n interfaces with names of 1 to 15 octets.
func Interfaces(n int) []exporter.Interface {
	all := make([]exporter.Interface, n)
	for i := range all {
		all[i] = exporter.Interface{Index: uint32(1 + i*70_001), Name: fmt.Sprintf("eth%d.longer-than-there-is-room-for", i)[:1+i%15]}
	}
	return all
}

// Unpadded is a text of a field of so many octets without the zeros that fill it up: at least one.
func Unpadded(t testing.TB, text string, length int) string {
	t.Helper()
	name := strings.TrimRight(text, "\x00")
	if len(text) != length || len(name) == length || strings.ContainsRune(name, 0) {
		t.Fatalf("text %q, want %d octets, the last of them zeros", text, length)
	}
	return name
}
