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
	// in an options template (RFC 7011 §3.4.2.1). In NetFlow V9 the type of a scope field is no
	// element but one of the numbers of RFC 3954 §6.1.
	Scope uint16
	// Alone says that the template of options, and each of its records, is in a set of its own: of a set
	// nfdump (1.7.1) reads the first options template and keeps the first interface's name only.
	Alone bool
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
	return t.appendFields(dst)
}

// appendOptions appends the record of an options template as NetFlow V9 has it: template id, the octets
// that the specifiers of the scope take and those that the others take, the field specifiers (RFC 3954
// §6.1).
func (t *Template) appendOptions(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, t.ID)
	dst = binary.BigEndian.AppendUint16(dst, 4*t.Scope)
	dst = binary.BigEndian.AppendUint16(dst, 4*(uint16(len(t.Fields))-t.Scope))
	return t.appendFields(dst)
}

func (t *Template) appendFields(dst []byte) []byte {
	for _, f := range t.Fields {
		dst = binary.BigEndian.AppendUint16(dst, uint16(f.ID))
		dst = binary.BigEndian.AppendUint16(dst, f.Length)
	}
	return dst
}
