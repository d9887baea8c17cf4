package packet

import (
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/sagflow/sagflow/internal/capture"
)

// mutator makes frames that look enough like the true ones to reach deep into the decoder.
type mutator struct {
	*rand.Rand
}

func (m mutator) frame(seeds []capture.Frame) capture.Frame {
	f := seeds[m.IntN(len(seeds))]
	f.Data = append([]byte(nil), f.Data...)
	for range m.IntN(4) {
		m.mutate(f.Data)
	}
	if m.IntN(8) == 0 {
		f.LinkType = seeds[m.IntN(len(seeds))].LinkType
	}
	if m.IntN(3) == 0 && len(f.Data) > 0 {
		f.Data = f.Data[:m.IntN(len(f.Data))]
	}
	f.Length = m.wireLength(f)
	f.Time = m.Int64N(1 << 60)
	f.BigEndian = m.IntN(8) == 0
	return f
}

func (m mutator) wireLength(f capture.Frame) uint32 {
	n := uint32(len(f.Data))
	switch m.IntN(16) {
	case 0:
		return uint32(m.IntN(int(n) + 1))
	case 1:
		return n + uint32(m.IntN(70000))
	case 2:
		return 1<<32 - 1 - uint32(m.IntN(3))
	default:
		return max(n, f.Length)
	}
}

// interesting are octets and pairs of octets that headers turn on.
var interesting = [][]byte{
	{0},
	{1},
	{3},
	{4},
	{0x11},
	{0x40},
	{0x45},
	{0x46},
	{0x4f},
	{0x60},
	{0x6f},
	{0x80},
	{0xc2, 4},
	{0xff},
	{0xff, 3},
	{0xaa, 0xaa, 3},
	{6, 6, 3},
	{8, 0},
	{0x86, 0xdd},
	{0x81, 0},
	{0x88, 0xa8},
	{0x88, 0x47},
	{0x88, 0x48},
	{0x88, 0x64},
	{0x91, 0},
	{0x92, 0},
	{0x93, 0},
	{0, 0x21},
	{0, 0x57},
	{2, 0x81},
	{0x21},
	{0x57},
	{0xcc},
	{0x8e},
	{0, 4},
	{0, 0},
	{44},
	{43},
	{51},
	{58},
	{59},
	{60},
	{132},
	{33},
	{136},
	{6},
	{17},
}

func (m mutator) mutate(b []byte) {
	if len(b) == 0 {
		return
	}
	// Headers are at the front: prefer that.
	at := m.IntN(len(b))
	if m.IntN(4) != 0 {
		at = m.IntN(min(len(b), 80))
	}
	switch m.IntN(4) {
	case 0:
		b[at] = byte(m.Uint32())
	case 1:
		b[at] ^= 1 << m.IntN(8)
	case 2:
		copy(b[at:], interesting[m.IntN(len(interesting))])
	default:
		copy(b[at:], b[m.IntN(len(b)):])
	}
}

// mutated returns frames made of the seeds, the same for the same seed number.
func mutated(seeds []capture.Frame, count int, seed uint64) []capture.Frame {
	m := mutator{rand.New(rand.NewPCG(seed, 1))}
	frames := make([]capture.Frame, count)
	for i := range frames {
		frames[i] = m.frame(seeds)
	}
	return frames
}

// writeCapture writes frames as pcapng: a section for each run of one byte order, with one
// interface for each link type, in nanoseconds.
func writeCapture(t *testing.T, frames []capture.Frame) string {
	t.Helper()
	var b []byte
	interfaces := map[uint16]uint32{}
	for i, f := range frames {
		var order binary.AppendByteOrder = binary.LittleEndian
		if f.BigEndian {
			order = binary.BigEndian
		}
		if i == 0 || frames[i-1].BigEndian != f.BigEndian {
			clear(interfaces)
			b = appendBlock(b, order, 0x0a0d0d0a, sectionHeader(order))
		}
		if _, known := interfaces[f.LinkType]; !known {
			interfaces[f.LinkType] = uint32(len(interfaces))
			b = appendBlock(b, order, 1, interfaceDescription(order, f.LinkType))
		}
		b = appendBlock(b, order, 6, enhancedPacket(order, interfaces[f.LinkType], &f))
	}
	path := filepath.Join(t.TempDir(), "frames.pcapng")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func appendBlock(b []byte, order binary.AppendByteOrder, blockType uint32, body []byte) []byte {
	length := uint32(12 + (len(body)+3)&^3)
	b = order.AppendUint32(b, blockType)
	b = order.AppendUint32(b, length)
	b = append(b, body...)
	b = append(b, make([]byte, -len(body)&3)...)
	return order.AppendUint32(b, length)
}

func sectionHeader(order binary.AppendByteOrder) []byte {
	b := order.AppendUint32(nil, 0x1a2b3c4d)
	b = order.AppendUint16(b, 1) // version 1.0
	b = order.AppendUint16(b, 0)
	return order.AppendUint64(b, 1<<64-1) // length not given
}

func interfaceDescription(order binary.AppendByteOrder, lt uint16) []byte {
	b := order.AppendUint16(nil, lt)
	b = order.AppendUint16(b, 0)
	b = order.AppendUint32(b, 0)
	b = order.AppendUint16(b, 9) // if_tsresol: nanoseconds
	b = order.AppendUint16(b, 1)
	b = append(b, 9, 0, 0, 0)
	return order.AppendUint32(b, 0)
}

func enhancedPacket(order binary.AppendByteOrder, id uint32, f *capture.Frame) []byte {
	b := order.AppendUint32(nil, id)
	b = order.AppendUint32(b, uint32(f.Time>>32))
	b = order.AppendUint32(b, uint32(f.Time))
	b = order.AppendUint32(b, uint32(len(f.Data)))
	b = order.AppendUint32(b, f.Length)
	return append(b, f.Data...)
}
