package packet

import (
	"slices"
	"testing"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
)

// FuzzDecode decodes any octets as any link type. The slice ends with its array, so that a read
// past it panics.
func FuzzDecode(f *testing.F) {
	for _, frame := range seedFrames() {
		f.Add(frame.Data, frame.LinkType, frame.Length, frame.BigEndian)
	}
	f.Fuzz(func(t *testing.T, data []byte, linkType uint16, length uint32, big bool) {
		frame := capture.Frame{
			Data: slices.Clip(slices.Clone(data)), Time: frameTime,
			Length: length, LinkType: linkType, BigEndian: big,
		}
		d, p := New(Options{}), dirty()
		v := d.Decode(&frame, &p)
		if !slices.Equal(frame.Data, data) {
			t.Fatal("the frame was written to")
		}
		checkCounters(t, d, v, &p)
		if v == Counted {
			checkPacket(t, &p)
			checkComplete(t, &frame, &p)
			checkBehindLength(t, &frame, &p)
		}
	})
}

// checkCounters checks what must hold after one frame.
func checkCounters(t *testing.T, d *Decoder, v Verdict, p *flowtable.Packet) {
	t.Helper()
	c := d.Counters()
	if v < 0 || v >= VerdictCount || c.Verdicts[v] != 1 || c.Frames() != 1 {
		t.Errorf("verdict %q: counters %v", v, c.Verdicts)
	}
	if v == Counted && c.Octets != p.Octets || v != Counted && c.Octets != 0 {
		t.Errorf("verdict %q: %d octets counted, the packet has %d", v, c.Octets, p.Octets)
	}
	details := c.Details()
	if v == Counted && len(details) != 0 || v != Counted && (len(details) != 1 || details[0].Verdict != v || details[0].Count != 1) {
		t.Errorf("verdict %q: details %v", v, details)
	}
}

// checkPacket checks what flowtable.Packet promises.
func checkPacket(t *testing.T, p *flowtable.Packet) {
	t.Helper()
	minimum := map[uint8]uint64{4: ipv4Len, 6: ipv6Len}[p.IPVersion]
	tail := [12]byte(p.Src[4:])
	switch {
	case minimum == 0 || p.Octets < minimum:
		t.Errorf("%d octets of IPv%d", p.Octets, p.IPVersion)
	case p.IPVersion == 4 && (tail != [12]byte{} || [12]byte(p.Dst[4:]) != [12]byte{}):
		t.Errorf("IPv4 addresses with more than four octets: %v %v", p.Src, p.Dst)
	case p.Fragment == flowtable.Whole && p.FragmentID != 0:
		t.Errorf("identification %d of a whole datagram", p.FragmentID)
	case p.Fragment == flowtable.LaterFragment && p.SrcPort|p.DstPort|uint16(p.TCPFlags) != 0:
		t.Errorf("a later fragment with ports: %+v", p)
	case p.VLAN > 0x0fff || p.Interface != 0 || p.Direction != flowtable.Ingress || p.Time != frameTime:
		t.Errorf("fields out of range: %+v", p)
	case p.Protocol != protoTCP && p.TCPFlags != 0:
		t.Errorf("TCP flags of protocol %d", p.Protocol)
	}
}

// checkComplete decodes into a zero packet: that what was there before must not matter.
func checkComplete(t *testing.T, frame *capture.Frame, p *flowtable.Packet) {
	t.Helper()
	var again flowtable.Packet
	New(Options{}).Decode(frame, &again)
	if again != *p {
		t.Errorf("a reused packet is %+v, a new one %+v", *p, again)
	}
}

// checkBehindLength turns every bit behind the IP length: nothing may change. Where the length
// field is 0 the length comes from elsewhere, which is tested by tables.
func checkBehindLength(t *testing.T, frame *capture.Frame, p *flowtable.Packet) {
	t.Helper()
	var length []byte
	switch frame.LinkType {
	case linkIPv4:
		length = frame.Data[2:4]
	case linkIPv6:
		length = frame.Data[4:6]
	}
	if length == nil || be16(length) == 0 || p.Octets >= uint64(len(frame.Data)) {
		return
	}
	for i := p.Octets; i < uint64(len(frame.Data)); i++ {
		frame.Data[i] ^= 0xff
	}
	var again flowtable.Packet
	New(Options{}).Decode(frame, &again)
	if again != *p {
		t.Errorf("octets behind the IP length change the packet from %+v to %+v", *p, again)
	}
}
