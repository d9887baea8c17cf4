package packet

import (
	"net"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
)

// reference is what gopacket's layers make of an Ethernet frame, as far as that can be compared.
type reference struct {
	// ip says that a VLAN-tagged or bare IP header decoded without error: then the version,
	// addresses, octets, ToS and VLAN of packet hold.
	ip bool
	// protocol says that its Protocol and fragment fields hold.
	protocol bool
	// transport says that its ports and flags hold.
	transport bool
	packet    flowtable.Packet
}

// reader walks the layers of a decoded frame.
type reader struct {
	layers []gopacket.Layer
}

func (r *reader) next() gopacket.Layer {
	if len(r.layers) == 0 {
		return nil
	}
	l := r.layers[0]
	r.layers = r.layers[1:]
	return l
}

// failed says whether the layer just read is the one that did not decode.
func (r *reader) failed() bool {
	return len(r.layers) > 0 && r.layers[0].LayerType() == gopacket.LayerTypeDecodeFailure
}

func decodeLayers(data []byte) reference {
	p := gopacket.NewPacket(data, layers.LayerTypeEthernet, gopacket.DecodeOptions{NoCopy: true})
	r := reader{p.Layers()}
	if _, ok := r.next().(*layers.Ethernet); !ok {
		return reference{}
	}
	var ref reference
	l, at := r.next(), ethernetLen
	for {
		tag, ok := l.(*layers.Dot1Q)
		if !ok {
			break
		}
		if at == ethernetLen {
			ref.packet.VLAN = tag.VLANIdentifier
		}
		l, at = r.next(), at+vlanLen
	}
	switch ip := l.(type) {
	case *layers.IPv4:
		ref.ipv4(&r, ip)
	case *layers.IPv6:
		ref.ipv6(&r, ip, int(ip.Length) < len(data)-at-ipv6Len)
	}
	return ref
}

func (ref *reference) ipv4(r *reader, ip *layers.IPv4) {
	// gopacket looks neither at the version nor, where the length is 0, at the length field again.
	if r.failed() || ip.Version != 4 || be16(ip.Contents[2:]) == 0 {
		return
	}
	ref.ip, ref.protocol = true, true
	p := &ref.packet
	p.IPVersion, p.Octets, p.ToS, p.Protocol = 4, uint64(ip.Length), ip.TOS, uint8(ip.Protocol)
	copyAddresses(p, ip.SrcIP, ip.DstIP)
	if ip.FragOffset != 0 {
		p.Fragment, p.FragmentID = flowtable.LaterFragment, uint32(ip.Id)
		ref.transport = true
		return
	}
	if ip.Flags&layers.IPv4MoreFragments != 0 {
		p.Fragment, p.FragmentID = flowtable.FirstFragment, uint32(ip.Id)
		return // gopacket looks no further
	}
	ref.ports(r, r.next())
}

func (ref *reference) ipv6(r *reader, ip *layers.IPv6, trailer bool) {
	// Without a length gopacket knows jumbograms alone.
	if r.failed() || ip.Version != 6 || ip.Length == 0 {
		return
	}
	ref.ip = true
	p := &ref.packet
	p.IPVersion, p.Octets, p.ToS, p.Protocol = 6, ipv6Len+uint64(ip.Length), ip.TrafficClass, uint8(ip.NextHeader)
	copyAddresses(p, ip.SrcIP, ip.DstIP)
	// gopacket counts the payload length from behind the hop-by-hop header on: with a trailer it
	// reads too far.
	if ip.HopByHop != nil && trailer {
		return
	}
	ref.protocol = !isExtension(p.Protocol)
	l := r.next()
	for {
		switch header := l.(type) {
		case *layers.IPv6HopByHop:
			p.Protocol = uint8(header.NextHeader)
		case *layers.IPv6Routing:
			p.Protocol = uint8(header.NextHeader)
		case *layers.IPv6Destination:
			p.Protocol = uint8(header.NextHeader)
		case *layers.IPSecAH:
			p.Protocol = uint8(header.NextHeader)
		case *layers.IPv6Fragment:
			ref.fragment(header)
			return
		default:
			ref.ports(r, l)
			return
		}
		if r.failed() {
			return
		}
		l = r.next()
	}
}

func isExtension(header uint8) bool {
	switch header {
	case headerHopByHop, headerRouting, headerDestination, headerAH, headerFragment:
		return true
	}
	return false
}

// fragment takes a later fragment; of a first one gopacket decodes nothing more.
func (ref *reference) fragment(header *layers.IPv6Fragment) {
	if header.FragmentOffset == 0 {
		return
	}
	p := &ref.packet
	p.Protocol, p.Fragment, p.FragmentID = uint8(header.NextHeader), flowtable.LaterFragment, header.Identification
	ref.protocol, ref.transport = true, true
}

func (ref *reference) ports(r *reader, l gopacket.Layer) {
	if r.failed() {
		return
	}
	p := &ref.packet
	switch header := l.(type) {
	case *layers.TCP:
		p.SrcPort, p.DstPort, p.TCPFlags = uint16(header.SrcPort), uint16(header.DstPort), header.Contents[13]
	case *layers.UDP:
		p.SrcPort, p.DstPort = uint16(header.SrcPort), uint16(header.DstPort)
	case *layers.SCTP:
		p.SrcPort, p.DstPort = uint16(header.SrcPort), uint16(header.DstPort)
	default:
		return
	}
	ref.protocol, ref.transport = true, true
}

func copyAddresses(p *flowtable.Packet, src, dst net.IP) {
	copy(p.Src[:], src)
	copy(p.Dst[:], dst)
}

// checkLayers compares the decoder with gopacket and says how far that could be done.
func checkLayers(t *testing.T, data []byte) reference {
	t.Helper()
	ref := decodeLayers(data)
	if !ref.ip {
		return ref
	}
	var p flowtable.Packet
	frame := capture.Frame{Data: data, Length: uint32(len(data)), LinkType: linkEthernet}
	if v := New(Options{}).Decode(&frame, &p); v != Counted {
		t.Fatalf("verdict %q, gopacket has %+v\n%x", v, ref.packet, data)
	}
	if !ref.protocol {
		p.Protocol, ref.packet.Protocol = 0, 0
		p.Fragment, p.FragmentID = 0, 0
	}
	if !ref.transport {
		p.SrcPort, p.DstPort, p.TCPFlags = 0, 0, 0
	}
	if p != ref.packet {
		t.Errorf("decoded  %+v\ngopacket %+v\n%x", p, ref.packet, data)
	}
	return ref
}

func FuzzAgainstLayers(f *testing.F) {
	for _, frame := range ethernetSeeds() {
		f.Add(frame.Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkLayers(t, data) })
}

func ethernetSeeds() []capture.Frame {
	var frames []capture.Frame
	for _, frame := range seedFrames() {
		switch frame.LinkType {
		case linkEthernet:
		case linkIPv4:
			frame.Data = append(octets(ether, "08 00"), frame.Data...)
		case linkIPv6:
			frame.Data = append(octets(ether, "86 dd"), frame.Data...)
		default:
			continue
		}
		frame.LinkType = linkEthernet
		frames = append(frames, frame)
	}
	return frames
}

func TestMutatedFramesAgainstLayers(t *testing.T) {
	const count = 20_000
	compared, transports := 0, 0
	for _, frame := range mutated(ethernetSeeds(), count, 2) {
		ref := checkLayers(t, frame.Data)
		if ref.ip {
			compared++
		}
		if ref.transport {
			transports++
		}
		if t.Failed() {
			break
		}
	}
	if compared < count/5 || transports < count/20 {
		t.Errorf("of %d frames %d could be compared, %d with transport: too few to prove anything", count, compared, transports)
	}
}
