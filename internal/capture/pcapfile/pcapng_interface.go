package pcapfile

import "math"

// The option codes (§3.5, §4.2) that matter to packets.
const (
	optionEnd        = 0
	optionResolution = 9
	optionOffset     = 14
)

// ngInterface is what an interface description says about its packets.
type ngInterface struct {
	clock    clock
	snap     uint32 // the snap length, or the largest number where there is none
	linkType uint16
}

// describe reads an interface description block (§4.2).
func (g *ngReader) describe(body []byte, at int64, r *report) *fault {
	if len(body) < 8 {
		return damaged(at, "interface block of %d bytes: must have at least 20", len(body)+blockOverhead)
	}
	if len(g.interfaces) == maxInterfaces {
		return damaged(at, "more than %d interfaces in a section", maxInterfaces)
	}
	resolution, offset := g.timeOptions(body[8:])
	i := ngInterface{
		clock:    newClock(resolution, offset),
		snap:     g.uint32(body[4:]),
		linkType: g.uint16(body),
	}
	if i.snap == 0 {
		i.snap = math.MaxUint32
	}
	g.interfaces = append(g.interfaces, i)
	r.ngInterface(i.linkType)
	return nil
}

// timeOptions walks the options up to their end, or to the first one that doesn't fit, and returns
// the time's resolution and offset. The last one of each counts.
func (g *ngReader) timeOptions(b []byte) (resolution uint8, offset int64) {
	resolution = microDigits
	for len(b) >= 4 {
		code, size := g.uint16(b), int(g.uint16(b[2:]))
		b = b[4:]
		if code == optionEnd || size > len(b) {
			break
		}
		switch {
		case code == optionResolution && size >= 1:
			resolution = b[0]
		case code == optionOffset && size >= 8:
			offset = int64(byteOrder(g.bigEndian).Uint64(b))
		}
		b = b[min(len(b), (size+3)&^3):]
	}
	return resolution, offset
}
