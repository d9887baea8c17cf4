package ie

import "strconv"

// ID is an element's number: 1 to 32767 for those of IANA (RFC 7011 §3.2).
type ID uint16

// Status says whether an element should still be used (RFC 7012 §2.1).
type Status uint8

// The states of a registered element.
const (
	Current Status = iota
	Deprecated
)

// String returns the registry's word for the status.
func (s Status) String() string {
	if s == Deprecated {
		return "deprecated"
	}
	return "current"
}

// Element is what the registry says of one information element.
type Element struct {
	// ID is the element's number.
	ID ID
	// Name is IANA's name.
	Name string
	// Type is the abstract data type.
	Type Type
	// Status says whether the element is current.
	Status Status
}

// Lookup returns the element with this number, and whether the registry has it. It may be called
// from several goroutines.
func Lookup(id ID) (Element, bool) {
	if int(id) >= len(table) {
		return Element{}, false
	}
	e := table[id]
	return e, e.Name != ""
}

// String returns the element's name, or its number where the registry has none.
func (id ID) String() string {
	if e, ok := Lookup(id); ok {
		return e.Name
	}
	return "element " + strconv.Itoa(int(id))
}
