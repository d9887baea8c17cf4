package ipfix

import "encoding/binary"

// headerLength is the length of the message header (RFC 7011 §3.1).
const headerLength = 16

// version is the header's version number.
const version = 10

// header is the message header.
type header struct {
	// length is that of the whole message in octets.
	length uint16
	// exportTime is in seconds since 1970.
	exportTime uint32
	// sequence is how many data records came before this message, modulo 2³².
	sequence uint32
	// domain is the observation domain id.
	domain uint32
}

// put writes the header into the first headerLength octets of b.
func (h header) put(b []byte) {
	binary.BigEndian.PutUint16(b[0:], version)
	binary.BigEndian.PutUint16(b[2:], h.length)
	binary.BigEndian.PutUint32(b[4:], h.exportTime)
	binary.BigEndian.PutUint32(b[8:], h.sequence)
	binary.BigEndian.PutUint32(b[12:], h.domain)
}
