package collector

import "encoding/binary"

const setHeaderLength = 4

// Set ids below 256 (RFC 3954 §5.2, §6.1; RFC 7011 §3.3.2).
const (
	v9TemplateSet        = 0
	v9OptionsTemplateSet = 1
	templateSet          = 2
	optionsTemplateSet   = 3
	firstDataSet         = 256
)

// setKind is what a set holds.
type setKind uint8

const (
	reservedSet setKind = iota
	holdsTemplates
	holdsOptionsTemplates
	holdsData
)

func (m *message) setKind(id uint16) setKind {
	ipfix := m.version == versionIPFIX
	switch {
	case id >= firstDataSet:
		return holdsData
	case !ipfix && id == v9TemplateSet, ipfix && id == templateSet:
		return holdsTemplates
	case !ipfix && id == v9OptionsTemplateSet, ipfix && id == optionsTemplateSet:
		return holdsOptionsTemplates
	default:
		return reservedSet
	}
}

// nextSet takes a set off the front of b. It returns ok false at the end: when fewer octets than a
// set header are left, or only zeros, with which some exporters fill up a datagram.
func nextSet(b []byte) (id uint16, body, rest []byte, ok bool, v Verdict) {
	if len(b) < setHeaderLength {
		return 0, nil, b, false, Good
	}
	id = binary.BigEndian.Uint16(b)
	length := int(binary.BigEndian.Uint16(b[2:]))
	switch {
	case length >= setHeaderLength && length <= len(b):
		return id, b[setHeaderLength:length], b[length:], true, Good
	case allZero(b):
		return 0, nil, b, false, Good
	default:
		return 0, nil, b, false, SetLength
	}
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// decodeSets reads the sets of a V9 or IPFIX message in their order. Of a malformed message no
// records are appended.
func (c *Collector) decodeSets(s *session, m *message, out []Flow) ([]Flow, Verdict) {
	if v := m.check(s); v != Good {
		return out, v
	}
	before := len(out)
	rest := m.body
	for {
		id, body, next, ok, _ := nextSet(rest)
		if !ok {
			break
		}
		var v Verdict
		if out, v = c.decodeSet(s, m, id, body, out); v != Good {
			return out[:before], v
		}
		rest = next
	}
	c.tally.TrailingOctets += uint64(len(rest))
	if m.version == versionV9 {
		c.checkCount(m)
	}
	return out, Good
}

func (c *Collector) decodeSet(s *session, m *message, id uint16, body []byte, out []Flow) ([]Flow, Verdict) {
	switch m.setKind(id) {
	case holdsTemplates:
		c.decodeTemplates(s, m, body, false)
	case holdsOptionsTemplates:
		c.decodeTemplates(s, m, body, true)
	case holdsData:
		return c.decodeData(s, m, id, body, out)
	default:
		c.tally.ReservedSets++
	}
	return out, Good
}
