package collector

import "encoding/binary"

const ipfixHeaderLength = 16

// parseIPFIX reads the header of RFC 7011 §3.1:
//
//	0 version · 2 length · 4 export time · 8 sequence number · 12 observation domain id
func (m *message) parseIPFIX(b []byte) Verdict {
	if len(b) < ipfixHeaderLength {
		return TooShort
	}
	length := int(binary.BigEndian.Uint16(b[2:]))
	m.count = 0
	m.clock = clock{export: int64(binary.BigEndian.Uint32(b[4:])) * 1000}
	m.sequence = binary.BigEndian.Uint32(b[8:])
	m.domain = binary.BigEndian.Uint32(b[12:])
	if length < ipfixHeaderLength || length > len(b) {
		return LengthBeyondDatagram
	}
	m.body, m.trailing = b[ipfixHeaderLength:length], len(b)-length
	return Good
}
