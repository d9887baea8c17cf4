package collector

import "encoding/binary"

// message is one datagram, its header read.
type message struct {
	version  uint16
	domain   uint32
	sequence uint32
	// count is the header's count of records (V5, V9).
	count int
	clock clock
	// body is what follows the header: records of V5, sets of the others.
	body []byte
	// trailing is how many octets follow the message in its datagram.
	trailing int
}

// The versions.
const (
	versionV5    = 5
	versionV9    = 9
	versionIPFIX = 10
)

// parse reads the header. Malformed messages whose header could be read have their session's key.
func (m *message) parse(b []byte) Verdict {
	if len(b) < 2 {
		return TooShort
	}
	switch m.version = binary.BigEndian.Uint16(b); m.version {
	case versionV5:
		return m.parseV5(b)
	case versionV9:
		return m.parseV9(b)
	case versionIPFIX:
		return m.parseIPFIX(b)
	default:
		return UnknownVersion
	}
}
