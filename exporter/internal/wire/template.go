package wire

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/internal/ie"
)

// Field is one field specifier: an element and how many octets it takes (RFC 3954 §5.2, RFC 7011
// §3.2).
type Field struct {
	ID     ie.ID
	Length uint16
}

// Template is the table of one kind of record: which elements, in which order and length.
type Template struct {
	// ID is the template's number, 256 to 65535.
	ID uint16
	// Scope is how many of the leading fields are the scope: 0 in a template of flows, at least 1
	// in an options template (RFC 7011 §3.4.2.1; NetFlow V9 writes options templates otherwise).
	Scope uint16
	// Fields are the table.
	Fields []Field
}

// RecordLength returns the length in octets of a data record.
func (t *Template) RecordLength() int {
	n := 0
	for _, f := range t.Fields {
		n += int(f.Length)
	}
	return n
}

// Length returns the length in octets of the template record.
func (t *Template) Length() int {
	n := 4 + 4*len(t.Fields)
	if t.Scope > 0 {
		n += 2
	}
	return n
}

// Append appends the template record: template id, field count, of options also the scope field
// count, and the field specifiers (RFC 3954 §5.2; RFC 7011 §3.4.1, §3.4.2).
func (t *Template) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, t.ID)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(t.Fields)))
	if t.Scope > 0 {
		dst = binary.BigEndian.AppendUint16(dst, t.Scope)
	}
	for _, f := range t.Fields {
		dst = binary.BigEndian.AppendUint16(dst, uint16(f.ID))
		dst = binary.BigEndian.AppendUint16(dst, f.Length)
	}
	return dst
}
