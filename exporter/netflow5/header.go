package netflow5

import "encoding/binary"

const (
	// headerLength is the length of the header.
	headerLength = 24
	// version is the header's version number.
	version = 5
)

// header is the datagram header; unix_nsecs is 0, as times are on whole seconds.
type header struct {
	// count is how many records are in the datagram, 1 to 30.
	count uint16
	// uptime is SysUptime, in milliseconds since boot.
	uptime uint32
	// seconds is unix_secs, in seconds since 1970.
	seconds uint32
	// sequence is flow_sequence: how many records came before this datagram, modulo 2³².
	sequence uint32
	// engine is engine_type (high octet) and engine_id (low octet).
	engine uint16
	// sampling is sampling_interval.
	sampling uint16
}

// put writes the header into the first headerLength octets of b.
func (h header) put(b []byte) {
	binary.BigEndian.PutUint16(b[0:], version)
	binary.BigEndian.PutUint16(b[2:], h.count)
	binary.BigEndian.PutUint32(b[4:], h.uptime)
	binary.BigEndian.PutUint32(b[8:], h.seconds)
	binary.BigEndian.PutUint32(b[12:], 0) // unix_nsecs
	binary.BigEndian.PutUint32(b[16:], h.sequence)
	binary.BigEndian.PutUint16(b[20:], h.engine)
	binary.BigEndian.PutUint16(b[22:], h.sampling)
}
