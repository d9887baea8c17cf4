package collector

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/flowtable"
)

// NetFlow V5 has no RFC: a header of 24 octets and up to 30 records of 48.
const (
	v5HeaderLength = 24
	v5RecordLength = 48
)

// parseV5 reads
//
//	0 version · 2 count · 4 sysUptime · 8 unix_secs · 12 unix_nsecs · 16 flow_sequence ·
//	20 engine type · 21 engine id · 22 sampling mode (2 bits) and interval (14 bits)
//
// The domain is engine type and engine id as one number. A count above 30 is taken if the records
// are there.
func (m *message) parseV5(b []byte) Verdict {
	if len(b) < v5HeaderLength {
		return TooShort
	}
	m.count = int(binary.BigEndian.Uint16(b[2:]))
	m.clock = clock{
		uptime: binary.BigEndian.Uint32(b[4:]), hasUptime: true,
		// Rounded down as sysUptime is, so that times come out to the millisecond.
		export: int64(binary.BigEndian.Uint32(b[8:]))*1000 + int64(binary.BigEndian.Uint32(b[12:])/1e6),
	}
	m.sequence = binary.BigEndian.Uint32(b[16:])
	m.domain = uint32(binary.BigEndian.Uint16(b[20:]))
	length := m.count * v5RecordLength
	if length > len(b)-v5HeaderLength {
		return CountBeyondDatagram
	}
	m.body = b[v5HeaderLength : v5HeaderLength+length]
	m.trailing = len(b) - v5HeaderLength - length
	return Good
}

// v5Sampling reads the header's sampling field.
func v5Sampling(b []byte) Sampling {
	field := binary.BigEndian.Uint16(b[22:])
	return Sampling{Algorithm: uint64(field >> 14), Selected: 1, Of: uint64(field & 0x3fff)}
}

// fillV5 reads a record:
//
//	0 srcaddr · 4 dstaddr · 8 nexthop · 12 input · 14 output · 16 dPkts · 20 dOctets · 24 First ·
//	28 Last · 32 srcport · 34 dstport · 36 pad · 37 tcp_flags · 38 prot · 39 tos · 40 src_as ·
//	42 dst_as · 44 src_mask · 45 dst_mask · 46 pad
//
// ICMP has type*256+code in dstport already.
func fillV5(r *flowtable.Record, b []byte, c *clock) {
	*r = flowtable.Record{
		IPVersion: 4,
		Input:     uint32(binary.BigEndian.Uint16(b[12:])), Output: uint32(binary.BigEndian.Uint16(b[14:])),
		Packets: uint64(binary.BigEndian.Uint32(b[16:])), Octets: uint64(binary.BigEndian.Uint32(b[20:])),
		First:   c.at(uint64(binary.BigEndian.Uint32(b[24:]))),
		Last:    c.at(uint64(binary.BigEndian.Uint32(b[28:]))),
		SrcPort: binary.BigEndian.Uint16(b[32:]), DstPort: binary.BigEndian.Uint16(b[34:]),
		TCPFlags: b[37], Protocol: b[38], ToS: b[39],
	}
	copy(r.Src[:4], b[0:4])
	copy(r.Dst[:4], b[4:8])
}

// decodeV5 appends the records of a V5 datagram.
func (c *Collector) decodeV5(m *message, out []Flow) []Flow {
	for b := m.body; len(b) >= v5RecordLength; b = b[v5RecordLength:] {
		out = append(out, c.origin)
		r := &out[len(out)-1].Record
		fillV5(r, b, &m.clock)
		c.tally.DataRecords++
		c.tally.countRecord(r)
	}
	return out
}

func (s *session) setV5Sampling(n Sampling) {
	if s.report == nil {
		s.report = &Report{}
	}
	store(&s.report.Sampling, n)
}
