package main

// Block types of pcapng (draft-ietf-opsawg-pcapng §4).
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockPacket    = 2 // obsolete
	blockSimple    = 3
	blockNames     = 4
	blockEnhanced  = 6
	blockCustom    = 0x0bad
)

// Options of interface blocks.
const (
	optResolution = 9
	optOffset     = 14
)

// ngSection writes the blocks of one section.
type ngSection struct {
	order byteOrder
	out   []byte
}

// newSection starts a section of unknown length.
func newSection(dst []byte, order byteOrder) *ngSection {
	s := &ngSection{order, dst}
	body := order.AppendUint32(nil, 0x1a2b3c4d)
	body = order.AppendUint16(body, 1)
	body = order.AppendUint16(body, 0)
	body = order.AppendUint64(body, 1<<64-1)
	s.block(blockSection, body)
	return s
}

func (s *ngSection) block(kind uint32, body []byte) {
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	n := uint32(len(body) + 12)
	s.out = s.order.AppendUint32(s.out, kind)
	s.out = s.order.AppendUint32(s.out, n)
	s.out = append(s.out, body...)
	s.out = s.order.AppendUint32(s.out, n)
}

func (s *ngSection) option(dst []byte, code uint16, value []byte) []byte {
	dst = s.order.AppendUint16(dst, code)
	dst = s.order.AppendUint16(dst, uint16(len(value)))
	dst = append(dst, value...)
	for len(dst)%4 != 0 {
		dst = append(dst, 0)
	}
	return dst
}

// iface describes an interface; resolution is the octet of if_tsresol, 0 leaves it out
// (microseconds), and offset the seconds of if_tsoffset.
func (s *ngSection) iface(linkType uint16, snapLen uint32, resolution uint8, offset int64) {
	body := s.order.AppendUint16(nil, linkType)
	body = s.order.AppendUint16(body, 0)
	body = s.order.AppendUint32(body, snapLen)
	if resolution != 0 {
		body = s.option(body, optResolution, []byte{resolution})
	}
	if offset != 0 {
		body = s.option(body, optOffset, s.order.AppendUint64(nil, uint64(offset)))
	}
	s.block(blockInterface, s.option(body, 0, nil))
}

// enhanced writes a frame with its time in the units of its interface.
func (s *ngSection) enhanced(f frame, units uint64) {
	body := s.order.AppendUint32(nil, uint32(f.iface))
	s.block(blockEnhanced, s.packet(body, f, units))
}

// obsolete writes a frame as files of before 2004 hold it: a 16-bit interface and a drop count.
func (s *ngSection) obsolete(f frame, units uint64) {
	body := s.order.AppendUint16(nil, uint16(f.iface))
	body = s.order.AppendUint16(body, 0)
	s.block(blockPacket, s.packet(body, f, units))
}

// simple writes a frame of interface 0 without a time.
func (s *ngSection) simple(f frame) {
	s.block(blockSimple, append(s.order.AppendUint32(nil, uint32(f.wire)), f.bytes...))
}

func (s *ngSection) packet(body []byte, f frame, units uint64) []byte {
	body = s.order.AppendUint32(body, uint32(units>>32))
	body = s.order.AppendUint32(body, uint32(units))
	body = s.order.AppendUint32(body, uint32(len(f.bytes)))
	body = s.order.AppendUint32(body, uint32(f.wire))
	return append(body, f.bytes...)
}
