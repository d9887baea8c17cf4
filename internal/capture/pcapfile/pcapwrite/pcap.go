package pcapwrite

import "encoding/binary"

// The magic numbers of classic captures, as the writing host sees them.
const (
	magicMicro    = 0xa1b2c3d4
	magicNano     = 0xa1b23c4d
	magicModified = 0xa1b2cd34
)

// Pcap is the variant of a classic capture file (pcap-savefile(5)). The zero value is the usual
// one but for the link type: little-endian, microseconds, version 2.4, snap length 262144.
type Pcap struct {
	// BigEndian writes all header fields in the other byte order.
	BigEndian bool
	// Nano writes times in nanoseconds (magic 0xa1b23c4d).
	Nano bool
	// Modified writes the 24-byte record headers of magic 0xa1b2cd34; it goes before Nano.
	Modified bool
	// Major and Minor are the format's version; 0.0 stands for 2.4. Versions before 2.3 have the
	// two lengths of a record swapped.
	Major, Minor uint16
	// SnapLength is the header's snap length; 0 stands for 262144.
	SnapLength uint32
	// LinkType is the LINKTYPE_ value, with the FCS length in the upper bits where one wants it.
	LinkType uint32
}

// Packet is one frame for AppendRecord.
type Packet struct {
	// Time is in nanoseconds since 1970, 0 or later; what is finer than the file's unit is cut off.
	Time int64
	// Length is the length on the wire; 0 stands for len(Data).
	Length uint32
	// Data are the captured octets.
	Data []byte
}

// AppendHeader appends the file header of 24 octets.
func (p Pcap) AppendHeader(dst []byte) []byte {
	order := order(p.BigEndian)
	magic, major, minor, snap := uint32(magicMicro), p.Major, p.Minor, p.SnapLength
	switch {
	case p.Modified:
		magic = magicModified
	case p.Nano:
		magic = magicNano
	}
	if major == 0 && minor == 0 {
		major, minor = 2, 4
	}
	if snap == 0 {
		snap = 262144
	}
	dst = order.AppendUint32(dst, magic)
	dst = order.AppendUint16(dst, major)
	dst = order.AppendUint16(dst, minor)
	dst = order.AppendUint32(dst, 0) // time zone: always 0
	dst = order.AppendUint32(dst, 0) // accuracy: always 0
	dst = order.AppendUint32(dst, snap)
	return order.AppendUint32(dst, p.LinkType)
}

// AppendRecord appends a record header and the captured octets.
func (p Pcap) AppendRecord(dst []byte, k Packet) []byte {
	unit := int64(1000)
	if p.Nano && !p.Modified {
		unit = 1
	}
	captured, length := uint32(len(k.Data)), k.Length
	if length == 0 {
		length = captured
	}
	if p.lengthsSwapped() {
		captured, length = length, captured
	}
	dst = p.AppendRecordHeader(dst, uint32(k.Time/1e9), uint32(k.Time%1e9/unit), captured, length)
	return append(dst, k.Data...)
}

// AppendRecordHeader appends a record header with these four fields, as they stand in the file.
func (p Pcap) AppendRecordHeader(dst []byte, seconds, fraction, captured, length uint32) []byte {
	order := order(p.BigEndian)
	dst = order.AppendUint32(dst, seconds)
	dst = order.AppendUint32(dst, fraction)
	dst = order.AppendUint32(dst, captured)
	dst = order.AppendUint32(dst, length)
	if p.Modified {
		dst = append(dst, make([]byte, 8)...) // interface, protocol, packet type, padding
	}
	return dst
}

// lengthsSwapped reports whether this version writes the wire length before the captured one.
func (p Pcap) lengthsSwapped() bool {
	return p.Major < 2 && p.Major+p.Minor > 0 || p.Major == 2 && p.Minor < 3
}

type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

func order(bigEndian bool) byteOrder {
	if bigEndian {
		return binary.BigEndian
	}
	return binary.LittleEndian
}
