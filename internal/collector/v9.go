package collector

import "encoding/binary"

const v9HeaderLength = 20

// parseV9 reads the header of RFC 3954 §5.1:
//
//	0 version · 2 count · 4 sysUpTime · 8 UNIX secs · 12 sequence · 16 source id
func (m *message) parseV9(b []byte) Verdict {
	if len(b) < v9HeaderLength {
		return TooShort
	}
	m.count = int(binary.BigEndian.Uint16(b[2:]))
	m.clock = clock{
		uptime: binary.BigEndian.Uint32(b[4:]), hasUptime: true,
		export: int64(binary.BigEndian.Uint32(b[8:])) * 1000,
	}
	m.sequence = binary.BigEndian.Uint32(b[12:])
	m.domain = binary.BigEndian.Uint32(b[16:])
	m.body, m.trailing = b[v9HeaderLength:], 0
	return Good
}

// checkCount compares V9's count with what the datagram held. The count is of all records (RFC
// 3954 §5.1), but some exporters leave the templates out: sets are read by their lengths alone.
// With sets that could not be read, what is missing in the count is theirs.
func (c *Collector) checkCount(m *message) {
	t := &c.tally
	found := t.TemplateRecords + t.DataRecords + t.OptionsRecords
	counted := uint64(m.count)
	switch {
	case found == counted:
	case t.SetsWithoutTemplate > 0 && counted > found:
		t.RecordsWithoutTemplate += min(counted-found, t.OctetsWithoutTemplate)
	default:
		t.CountMismatches++
	}
}
