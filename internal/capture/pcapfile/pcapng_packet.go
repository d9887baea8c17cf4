package pcapfile

import "github.com/sagflow/sagflow/internal/capture"

// packet reads an enhanced packet block (§4.3) or the obsolete packet block (appendix A), which
// differ in the width of the interface's number only.
func (g *ngReader) packet(kind uint32, body []byte, at int64, f *capture.Frame, r *report) *fault {
	if len(body) < packetFixed {
		return damaged(at, "packet block of %d bytes: must have at least %d", len(body)+blockOverhead, packetFixed+blockOverhead)
	}
	captured, length := g.uint32(body[12:]), g.uint32(body[16:])
	if uint64(captured) > uint64(len(body)-packetFixed) {
		return damaged(at, "captured length %d is above the %d bytes that the block has for it", captured, len(body)-packetFixed)
	}
	id := g.uint32(body)
	if kind == blockPacket {
		id = uint32(g.uint16(body))
	}
	if uint64(id) >= uint64(len(g.interfaces)) {
		return damaged(at, "packet of interface %d: the section has described %d", id, len(g.interfaces))
	}
	i := &g.interfaces[id]
	count := uint64(g.uint32(body[4:]))<<32 | uint64(g.uint32(body[8:]))
	time := i.clock.direct(count)
	if count >= i.clock.directEnd {
		var clamped bool
		if time, clamped = i.clock.exact(count); clamped {
			r.TimeClamped++
		}
	}
	f.Data = body[packetFixed : packetFixed+captured : packetFixed+captured]
	g.finish(f, i, time, length, r)
	return nil
}

// simple reads a simple packet block (§4.4): of interface 0, without a time, its captured length
// being what of the wire length fits into the block and the snap length.
func (g *ngReader) simple(body []byte, at int64, f *capture.Frame, r *report) *fault {
	if len(body) < 4 {
		return damaged(at, "simple packet block of %d bytes: must have at least 16", len(body)+blockOverhead)
	}
	if len(g.interfaces) == 0 {
		return damaged(at, "simple packet: the section has described no interface")
	}
	i := &g.interfaces[0]
	length := g.uint32(body)
	captured := min(length, uint32(len(body)-4), i.snap)
	r.WithoutTime++
	f.Data = body[4 : 4+captured : 4+captured]
	g.finish(f, i, 0, length, r)
	return nil
}

// finish fills what the packet blocks have in common.
func (g *ngReader) finish(f *capture.Frame, i *ngInterface, time int64, length uint32, r *report) {
	f.Time, f.Length, f.LinkType, f.BigEndian = time, length, i.linkType, g.bigEndian
	r.observe(uint32(len(f.Data)), length, i.snap, time < g.last)
	g.last = time
}
