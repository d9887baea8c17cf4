package netflow9

import "encoding/binary"

// headerLength is the length of the packet header (RFC 3954 §5.1).
const headerLength = 20

// version is the header's version number.
const version = 9

// header is the packet header.
type header struct {
	// count is how many records are in the datagram, templates included.
	count uint16
	// uptime is sysUptime, in milliseconds since boot.
	uptime uint32
	// seconds is unix_secs, in seconds since 1970.
	seconds uint32
	// sequence is how many datagrams of this source id came before.
	sequence uint32
	// source is the source id: the observation domain.
	source uint32
}

// put writes the header into the first headerLength octets of b.
func (h header) put(b []byte) {
	binary.BigEndian.PutUint16(b[0:], version)
	binary.BigEndian.PutUint16(b[2:], h.count)
	binary.BigEndian.PutUint32(b[4:], h.uptime)
	binary.BigEndian.PutUint32(b[8:], h.seconds)
	binary.BigEndian.PutUint32(b[12:], h.sequence)
	binary.BigEndian.PutUint32(b[16:], h.source)
}
