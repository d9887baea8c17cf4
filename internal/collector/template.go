package collector

import (
	"bytes"
	"encoding/binary"
)

// field is one field of a template, ready to be read.
type field struct {
	length uint16 // octets, or variableLength
	element
}

// variableLength as a field's length says that each value has its own (RFC 7011 §7). V9 has none.
const variableLength = 65535

// template is a compiled (options) template.
type template struct {
	// definition is the record it was made from, to recognise its repetition.
	definition []byte
	fields     []field
	// minLength is the length of the shortest record, at least 1: what is shorter is padding.
	minLength int
	options   bool
	variable  bool
	reverse   bool // has fields of a biflow's reverse side
}

// cost is what the limits on fields count: a template costs memory beside its fields, too.
func (t *template) cost() int { return templateOverhead + len(t.fields) }

const templateOverhead = 8

// templateRecord is a (options) template record as it stands in a datagram.
type templateRecord struct {
	id         uint16
	fieldCount int
	scopeCount int
	options    bool
	ipfix      bool
	broken     bool   // lengths that are no multiple of a specifier's
	withdrawal bool   // without fields, of IPFIX (RFC 7011 §8.1)
	specifiers []byte // field specifiers
	definition []byte // everything behind the id
}

func (r *templateRecord) sameAs(t *template) bool {
	return t.options == r.options && bytes.Equal(t.definition, r.definition)
}

// compile turns a record into a template. It returns nil for one that no data can be read with: no
// scope in IPFIX options (RFC 7011 §3.4.2.2), more scopes than fields, records of no octets or of
// more than a set can hold.
func (r *templateRecord) compile() *template {
	if r.options && (r.scopeCount > r.fieldCount || (r.ipfix && r.scopeCount == 0)) {
		return nil
	}
	t := &template{
		definition: bytes.Clone(r.definition), options: r.options,
		fields: make([]field, 0, r.fieldCount),
	}
	var seen seenElements
	read := 0
	for rest := r.specifiers; len(rest) > 0; {
		var f field
		f, rest = r.nextField(rest, read < r.scopeCount)
		if f.length == variableLength && !r.ipfix {
			return nil // V9 means it as a length
		}
		t.addField(f, &seen)
		read++
	}
	if t.minLength == 0 || t.minLength > 65535-setHeaderLength {
		return nil
	}
	return t
}

// nextField reads a field specifier (RFC 7011 §3.2, RFC 3954 §5.2) that is known to be there whole.
func (r *templateRecord) nextField(b []byte, scope bool) (field, []byte) {
	id := binary.BigEndian.Uint16(b)
	f := field{length: binary.BigEndian.Uint16(b[2:])}
	b = b[4:]
	switch {
	case r.ipfix && id&0x8000 != 0:
		f.element = elementOf(id&0x7fff, binary.BigEndian.Uint32(b))
		b = b[4:]
	case scope && !r.ipfix:
		f.element = v9Scope(id)
	default:
		f.element = elementOf(id, 0)
	}
	return f, b
}

// seenElements remembers what a template has already: of a repeated element the first stands for
// the outermost header (RFC 7011 §8).
type seenElements struct {
	kinds    uint32
	forward  uint64
	backward uint64
}

func (t *template) addField(f field, seen *seenElements) {
	if !f.usable() || seen.again(&f.element, t.options) {
		f.element = element{}
	}
	t.variable = t.variable || f.length == variableLength
	t.reverse = t.reverse || (f.kind == reverseNumber && !t.options)
	t.minLength += f.shortest()
	t.append(f)
}

// append joins fields that are skipped, and leaves out those without octets: reading a record then
// costs no more steps than it has octets, whatever the template.
func (t *template) append(f field) {
	last := len(t.fields) - 1
	switch {
	case f.length == 0:
	case f.joins() && last >= 0 && t.fields[last].joins() && int(t.fields[last].length)+int(f.length) < variableLength:
		t.fields[last].length += f.length
	default:
		t.fields = append(t.fields, f)
	}
}

func (f field) joins() bool { return f.kind == skipped && f.length != variableLength }

// again reports whether the element came before, and notes it. In options templates the second of
// two observation times is the end of the interval (RFC 7011 §4.2, §4.3): it is kept on the
// reverse side, which options have no other use for.
func (s *seenElements) again(e *element, options bool) bool {
	if options && e.kind == number && e.slot >= observedSeconds && e.slot <= observedNanoseconds &&
		s.forward&(1<<e.slot) != 0 {
		e.kind = reverseNumber
	}
	switch e.kind {
	case number:
		return testAndSet(&s.forward, uint(e.slot))
	case reverseNumber:
		return testAndSet(&s.backward, uint(e.slot))
	default:
		known := s.kinds&(1<<e.kind) != 0
		s.kinds |= 1 << e.kind
		return known && e.kind != skipped
	}
}

func testAndSet(word *uint64, bit uint) bool {
	was := *word&(1<<bit) != 0
	*word |= 1 << bit
	return was
}

// usable reports whether the length fits the kind. Integers may be shorter than their type
// (RFC 7011 §6.2), and V9 exporters make some of them longer.
func (f field) usable() bool {
	if f.length == variableLength {
		return true
	}
	switch f.kind {
	case number, reverseNumber:
		if f.slot.isNTP() {
			return f.length == 8
		}
		return f.length >= 1 && f.length <= 8
	case sourceIPv4, destinationIPv4:
		return f.length == 4
	case sourceIPv6, destinationIPv6:
		return f.length == 16
	default:
		return true
	}
}

// isNTP tells the elements in NTP format, which can't be encoded in reduced size.
func (s slot) isNTP() bool {
	switch s {
	case startMicroseconds, endMicroseconds, startNanoseconds, endNanoseconds, observedMicroseconds, observedNanoseconds:
		return true
	default:
		return false
	}
}

func (f field) shortest() int {
	if f.length == variableLength {
		return 1 // the length octet of an empty value
	}
	return int(f.length)
}
