package packet

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/flowtable"
)

const (
	nflogLen     = 4 // family, version, resource id
	nflogAttrLen = 4 // length, type

	nflogPayload  = 9 // NFULA_PAYLOAD
	nflogTypeMask = 0x7fff
)

// nflog decodes LINKTYPE_NFLOG: a header, then attributes in the byte order of the capturing host,
// each padded to a multiple of four. One of them holds the packet.
func (d *Decoder) nflog(bigEndian bool, r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < nflogLen {
		return NFLOGCut
	}
	family := r.b[0]
	for r = r.skip(nflogLen); len(r.b) >= nflogAttrLen; {
		length, attr := nflogAttribute(bigEndian, r.b)
		if length < nflogAttrLen {
			return d.with(NFLOGLength, uint32(length))
		}
		if attr == nflogPayload {
			return d.nflogFamily(family, r.skip(nflogAttrLen), p)
		}
		r = r.skip((int(length) + 3) &^ 3)
	}
	return NFLOGNoPayload
}

func nflogAttribute(bigEndian bool, b []byte) (length, attr uint16) {
	if bigEndian {
		return binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:]) & nflogTypeMask
	}
	return binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:]) & nflogTypeMask
}

func (d *Decoder) nflogFamily(family uint8, r rest, p *flowtable.Packet) Verdict {
	switch family {
	case 2: // AF_INET
		return d.ipv4(r, p)
	case 10: // Linux's AF_INET6
		return d.ipv6(r, p)
	}
	return d.with(NFLOGFamily, uint32(family))
}
