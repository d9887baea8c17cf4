package main

import "encoding/binary"

// byteOrder is what both files' byte orders offer.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// pcapFormat is one of the forms of a pcap file (draft-ietf-opsawg-pcap).
type pcapFormat struct {
	order    byteOrder
	magic    uint32
	linkType uint32
	snapLen  uint32
}

// The magic numbers; the last one has eight more octets in each record's header.
const (
	magicMicro    = 0xa1b2c3d4
	magicNano     = 0xa1b23c4d
	magicModified = 0xa1b2cd34
)

// appendFile appends the file header and a record for each frame.
func (f pcapFormat) appendFile(dst []byte, frames []frame) []byte {
	dst = f.appendHeader(dst)
	for _, fr := range frames {
		dst = f.appendRecord(dst, fr)
	}
	return dst
}

func (f pcapFormat) appendHeader(dst []byte) []byte {
	dst = f.order.AppendUint32(dst, f.magic)
	dst = f.order.AppendUint16(dst, 2)
	dst = f.order.AppendUint16(dst, 4)
	dst = f.order.AppendUint32(dst, 0) // time zone
	dst = f.order.AppendUint32(dst, 0) // accuracy
	dst = f.order.AppendUint32(dst, f.snapLen)
	return f.order.AppendUint32(dst, f.linkType)
}

func (f pcapFormat) appendRecord(dst []byte, fr frame) []byte {
	unit := int64(1000)
	if f.magic == magicNano {
		unit = 1
	}
	dst = f.order.AppendUint32(dst, uint32(fr.time/1e9))
	dst = f.order.AppendUint32(dst, uint32(fr.time%1e9/unit))
	dst = f.order.AppendUint32(dst, uint32(len(fr.bytes)))
	dst = f.order.AppendUint32(dst, uint32(fr.wire))
	if f.magic == magicModified {
		dst = f.order.AppendUint32(dst, 2) // interface index
		dst = f.order.AppendUint16(dst, 0) // protocol
		dst = append(append(dst, 0), 0)    // packet type, padding
	}
	return append(dst, fr.bytes...)
}

// plain is the commonest form: microseconds, little-endian.
func plain(linkType uint32, frames []frame) []byte {
	return pcapFormat{binary.LittleEndian, magicMicro, linkType, 262144}.appendFile(nil, frames)
}
