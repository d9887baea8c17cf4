package wire

import "encoding/binary"

// setHeader is the length of a set's header: id and length (RFC 3954 §5.2, RFC 7011 §3.3.2).
const setHeader = 4

// maxDatagram is the longest payload that the 16 bits of the length fields allow.
const maxDatagram = 65535

// Layout is a version's templates and how its datagrams are put together. A kind is a template's
// place in Templates. NewLayout makes it; it doesn't change after that.
type Layout struct {
	// HeaderLength is the length of the datagram's header in octets.
	HeaderLength int
	// TemplateSet and OptionsSet are the ids of the sets that hold templates and options templates.
	TemplateSet, OptionsSet uint16
	// V9Options says that options templates are written as RFC 3954 §6.1 has them.
	V9Options bool
	// Align is what the length of a set is a multiple of, a power of 2: 4 in V9 (RFC 3954 §5.2,
	// §5.3), 1 in IPFIX, where padding is left to the exporter (RFC 7011 §3.3.1).
	Align int
	// Templates are the kinds of records.
	Templates []Template

	lengths [maxKinds]int
}

// NewLayout returns the layout, with what the planning looks up computed.
func NewLayout(l Layout) *Layout {
	for k := range l.Templates {
		l.lengths[k] = l.Templates[k].RecordLength()
	}
	return &l
}

// aligned returns a set's length with its padding.
func (l *Layout) aligned(n int) int { return (n + l.Align - 1) &^ (l.Align - 1) }

// MinLimit returns the shortest datagram that can hold any one template or any one record.
func (l *Layout) MinLimit() int {
	longest := 0
	for k := range l.Templates {
		longest = max(longest, l.Templates[k].Length(), l.lengths[k])
	}
	return l.HeaderLength + l.aligned(setHeader+longest)
}

// Capacity returns how many of the shortest records a datagram of limit octets can hold.
func (l *Layout) Capacity(limit int) int {
	shortest := maxDatagram
	for k := range l.Templates {
		if l.Templates[k].Scope == 0 {
			shortest = min(shortest, l.lengths[k])
		}
	}
	room := min(limit, maxDatagram) - l.HeaderLength - setHeader
	return min(max(room/shortest, 0), MaxRecords)
}

// AppendTemplates appends the templates of the mask: those of flows in one set, those of options in
// another, and those that are alone.
func (l *Layout) AppendTemplates(dst []byte, kinds Mask) []byte {
	dst = l.appendTemplates(dst, kinds, l.TemplateSet, false)
	dst = l.appendTemplates(dst, kinds, l.OptionsSet, true)
	for k := range l.Templates {
		if t := &l.Templates[k]; kinds.Has(k) && t.Alone {
			start := len(dst)
			dst = l.CloseSet(l.appendTemplate(AppendSet(dst, l.OptionsSet), t), start)
		}
	}
	return dst
}

func (l *Layout) appendTemplate(dst []byte, t *Template) []byte {
	if t.Scope > 0 && l.V9Options {
		return t.appendOptions(dst)
	}
	return t.Append(dst)
}

func (l *Layout) appendTemplates(dst []byte, kinds Mask, set uint16, options bool) []byte {
	start := len(dst)
	for k := range l.Templates {
		t := &l.Templates[k]
		if !kinds.Has(k) || t.Alone || (t.Scope > 0) != options {
			continue
		}
		if len(dst) == start {
			dst = AppendSet(dst, set)
		}
		dst = l.appendTemplate(dst, t)
	}
	if len(dst) == start {
		return dst
	}
	return l.CloseSet(dst, start)
}

// AppendSet appends the header of a set; its length is for CloseSet to fill in.
func AppendSet(dst []byte, id uint16) []byte {
	return append(dst, byte(id>>8), byte(id), 0, 0)
}

// CloseSet ends the set that begins at start: it appends the padding, zeros, and fills in the
// length, padding included.
func (l *Layout) CloseSet(dst []byte, start int) []byte {
	for n := l.aligned(len(dst)-start) - (len(dst) - start); n > 0; n-- {
		dst = append(dst, 0)
	}
	binary.BigEndian.PutUint16(dst[start+2:], uint16(len(dst)-start))
	return dst
}
