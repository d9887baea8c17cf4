package packet

import "encoding/binary"

// rest is what remains of a frame from some header on. It is passed by value: four words, which
// stay in registers.
type rest struct {
	// b are the captured octets.
	b []byte
	// wire is how many octets were on the wire from here on: more than len(b) where the capture
	// was cut, less where it holds a trailer, negative where headers reach beyond the frame.
	wire int64
}

// skip returns what remains n octets on; nothing, where there aren't so many.
func (r rest) skip(n int) rest {
	return rest{b: r.b[min(n, len(r.b)):], wire: r.wire - int64(n)}
}

func be16(b []byte) uint16 { return binary.BigEndian.Uint16(b) }
func be32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }
func le16(b []byte) uint16 { return binary.LittleEndian.Uint16(b) }
func le32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
