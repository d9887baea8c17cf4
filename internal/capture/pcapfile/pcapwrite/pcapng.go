package pcapwrite

// The block types of draft-ietf-opsawg-pcapng §4 that have a function here, and one that every
// reader has to step over.
const (
	BlockInterface      = 1
	BlockPacket         = 2 // obsolete, appendix A
	BlockSimplePacket   = 3
	BlockNameResolution = 4
	BlockStatistics     = 5
	BlockEnhancedPacket = 6
	BlockCustom         = 0x00000bad
	BlockSectionHeader  = 0x0a0d0d0a
)

// The option codes of an interface description (§4.2) that matter to times.
const (
	OptionResolution = 9  // if_tsresol: one octet
	OptionOffset     = 14 // if_tsoffset: int64, seconds
)

const byteOrderMagic = 0x1a2b3c4d

// Pcapng is the byte order in which a pcapng section's blocks are written.
type Pcapng struct {
	// BigEndian writes the section's fields in the other byte order.
	BigEndian bool
}

// Option is an option of a block (§3.5).
type Option struct {
	Code  uint16
	Value []byte
}

// Interface is an interface description (§4.2).
type Interface struct {
	// LinkType is the LINKTYPE_ value of the interface's packets.
	LinkType uint16
	// SnapLength is the largest captured length, 0 for no limit.
	SnapLength uint32
	// Options are written as they stand; the end-of-options mark is added where there are any.
	Options []Option
}

// AppendBlock appends a block of any type: header, body padded to four octets, trailer (§3.1).
func (n Pcapng) AppendBlock(dst []byte, blockType uint32, body []byte) []byte {
	order := order(n.BigEndian)
	size := uint32(12 + padded(len(body)))
	dst = order.AppendUint32(dst, blockType)
	dst = order.AppendUint32(dst, size)
	dst = appendPadded(dst, body)
	return order.AppendUint32(dst, size)
}

// AppendSection appends a section header of unknown section length (§4.1).
func (n Pcapng) AppendSection(dst []byte) []byte {
	order := order(n.BigEndian)
	body := order.AppendUint32(nil, byteOrderMagic)
	body = order.AppendUint16(body, 1) // major version
	body = order.AppendUint16(body, 0) // minor version
	body = order.AppendUint64(body, ^uint64(0))
	return n.AppendBlock(dst, BlockSectionHeader, body)
}

// AppendInterface appends an interface description (§4.2).
func (n Pcapng) AppendInterface(dst []byte, i Interface) []byte {
	order := order(n.BigEndian)
	body := order.AppendUint16(nil, i.LinkType)
	body = order.AppendUint16(body, 0) // reserved
	body = order.AppendUint32(body, i.SnapLength)
	for _, o := range i.Options {
		body = order.AppendUint16(body, o.Code)
		body = order.AppendUint16(body, uint16(len(o.Value)))
		body = appendPadded(body, o.Value)
	}
	if len(i.Options) > 0 {
		body = append(body, 0, 0, 0, 0) // opt_endofopt
	}
	return n.AppendBlock(dst, BlockInterface, body)
}

// Resolution returns the option if_tsresol: 10^-v, or 2^-(v & 127) where the top bit is set.
func (n Pcapng) Resolution(v uint8) Option {
	return Option{Code: OptionResolution, Value: []byte{v}}
}

// Offset returns the option if_tsoffset, in seconds.
func (n Pcapng) Offset(seconds int64) Option {
	return Option{Code: OptionOffset, Value: order(n.BigEndian).AppendUint64(nil, uint64(seconds))}
}

// AppendEnhanced appends an enhanced packet block (§4.3). The time is in units of the interface's
// resolution; length is the length on the wire.
func (n Pcapng) AppendEnhanced(dst []byte, iface uint32, time uint64, length uint32, data []byte) []byte {
	body := order(n.BigEndian).AppendUint32(nil, iface)
	return n.AppendBlock(dst, BlockEnhancedPacket, n.appendPacket(body, time, length, data))
}

// AppendObsolete appends a packet block, the enhanced packet block's predecessor (appendix A).
func (n Pcapng) AppendObsolete(dst []byte, iface, drops uint16, time uint64, length uint32, data []byte) []byte {
	body := order(n.BigEndian).AppendUint16(nil, iface)
	body = order(n.BigEndian).AppendUint16(body, drops)
	return n.AppendBlock(dst, BlockPacket, n.appendPacket(body, time, length, data))
}

// AppendSimple appends a simple packet block (§4.4): of the section's first interface, without time.
func (n Pcapng) AppendSimple(dst []byte, length uint32, data []byte) []byte {
	body := order(n.BigEndian).AppendUint32(nil, length)
	return n.AppendBlock(dst, BlockSimplePacket, append(body, data...))
}

// appendPacket appends what the two packet blocks have in common.
func (n Pcapng) appendPacket(dst []byte, time uint64, length uint32, data []byte) []byte {
	order := order(n.BigEndian)
	dst = order.AppendUint32(dst, uint32(time>>32))
	dst = order.AppendUint32(dst, uint32(time))
	dst = order.AppendUint32(dst, uint32(len(data)))
	dst = order.AppendUint32(dst, length)
	return append(dst, data...)
}

func appendPadded(dst, b []byte) []byte {
	dst = append(dst, b...)
	return append(dst, make([]byte, padded(len(b))-len(b))...)
}

func padded(n int) int { return (n + 3) &^ 3 }
