package collector

import "encoding/binary"

// side holds the numbers of one direction of a record. Only slots whose bit is set in has are
// meaningful, so that nothing needs clearing between records.
type side struct {
	has uint64
	num [slotCount]uint64
}

func (s *side) set(at slot, n uint64) {
	s.has |= 1 << at
	s.num[at] = n
}

// get returns the slot's number, and 0 if the record has none.
func (s *side) get(at slot) uint64 {
	if s.has&(1<<at) == 0 {
		return 0
	}
	return s.num[at]
}

func (s *side) hasAny(mask uint64) bool { return s.has&mask != 0 }

// first returns the first number that is not 0: an exporter that fills in a counter of a direction
// it does not measure writes 0.
func (s *side) first(slots ...slot) uint64 {
	for _, at := range slots {
		if n := s.get(at); n != 0 {
			return n
		}
	}
	return 0
}

// values is one data record, read but not yet understood.
type values struct {
	forward, backward side
	addresses         uint8 // bit set of address kinds
	source4           [4]byte
	destination4      [4]byte
	source6           [16]byte
	destination6      [16]byte
	name              []byte // points into the datagram
}

func (v *values) reset() {
	v.forward.has, v.backward.has, v.addresses, v.name = 0, 0, 0, nil
}

// read takes one record off the front of b and returns how long it was, or -1 if a variable-length
// value passes the end of b (RFC 7011 §7). b has at least t.minLength octets.
func (v *values) read(t *template, b []byte) int {
	v.reset()
	if t.variable {
		return v.readVariable(t, b)
	}
	at := 0
	for _, f := range t.fields {
		end := at + int(f.length)
		v.take(f.element, b[at:end])
		at = end
	}
	return at
}

func (v *values) readVariable(t *template, b []byte) int {
	at := 0
	for _, f := range t.fields {
		length := int(f.length)
		if f.length == variableLength {
			var prefix int
			if prefix, length = variablePrefix(b[at:]); prefix == 0 {
				return -1
			}
			at += prefix
		}
		if length > len(b)-at {
			return -1
		}
		v.take(f.element, b[at:at+length])
		at += length
	}
	return at
}

// variablePrefix reads a value's own length: one octet, or 255 and two more (RFC 7011 §7). It
// returns the octets of the prefix, 0 if it is cut.
func variablePrefix(b []byte) (prefix, length int) {
	switch {
	case len(b) >= 1 && b[0] < 255:
		return 1, int(b[0])
	case len(b) >= 3:
		return 3, int(binary.BigEndian.Uint16(b[1:]))
	default:
		return 0, 0
	}
}

// take keeps one field. Lengths that don't fit come only from variable-length fields here; they
// are ignored.
func (v *values) take(e element, b []byte) {
	switch e.kind {
	case number:
		if len(b) >= 1 && len(b) <= 8 {
			v.forward.set(e.slot, bigEndian(b))
		}
	case reverseNumber:
		if len(b) >= 1 && len(b) <= 8 {
			v.backward.set(e.slot, bigEndian(b))
		}
	case sourceIPv4:
		v.takeAddress(e.kind, v.source4[:], b)
	case destinationIPv4:
		v.takeAddress(e.kind, v.destination4[:], b)
	case sourceIPv6:
		v.takeAddress(e.kind, v.source6[:], b)
	case destinationIPv6:
		v.takeAddress(e.kind, v.destination6[:], b)
	case interfaceName:
		v.name = b
	case skipped:
	}
}

func (v *values) takeAddress(k kind, dst, b []byte) {
	if len(b) == len(dst) {
		copy(dst, b)
		v.addresses |= 1 << k
	}
}

// bigEndian reads an integer of 1 to 8 octets (reduced-size encoding, RFC 7011 §6.2).
func bigEndian(b []byte) uint64 {
	switch len(b) {
	case 8:
		return binary.BigEndian.Uint64(b)
	case 4:
		return uint64(binary.BigEndian.Uint32(b))
	case 2:
		return uint64(binary.BigEndian.Uint16(b))
	case 1:
		return uint64(b[0])
	}
	n := uint64(0)
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}
