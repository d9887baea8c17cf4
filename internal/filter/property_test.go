package filter

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/flowtable"
)

// model is a filter's text and, apart from the program, what it must say of a packet.
type model struct {
	text  string
	match func(*flowtable.Packet) bool
}

// drawFilter draws a filter with parentheses around every part, so that its reading is not in doubt.
func drawFilter(t *rapid.T, depth int) model {
	kind := rapid.IntRange(0, 3).Draw(t, "kind")
	if depth == 0 || kind == 0 {
		return drawTerm(t)
	}
	left := drawFilter(t, depth-1)
	if kind == 1 {
		return model{"not (" + left.text + ")", func(p *flowtable.Packet) bool { return !left.match(p) }}
	}
	right := drawFilter(t, depth-1)
	if kind == 2 {
		and := rapid.SampledFrom([]string{" ", " and ", ""}).Draw(t, "and")
		return model{
			"(" + left.text + ")" + and + "(" + right.text + ")",
			func(p *flowtable.Packet) bool { return left.match(p) && right.match(p) },
		}
	}
	return model{
		"(" + left.text + ") or (" + right.text + ")",
		func(p *flowtable.Packet) bool { return left.match(p) || right.match(p) },
	}
}

func drawTerm(t *rapid.T) model {
	switch rapid.IntRange(0, 5).Draw(t, "term") {
	case 0:
		return drawNet(t)
	case 1:
		return drawPorts(t)
	case 2:
		n := rapid.SampledFrom([]uint8{0, 1, 6, 17, 58, 132}).Draw(t, "protocol")
		return model{fmt.Sprintf("proto %d", n), func(p *flowtable.Packet) bool { return p.Protocol == n }}
	case 3:
		ip6 := rapid.Bool().Draw(t, "ip6")
		return model{map[bool]string{false: "ip", true: "ip6"}[ip6], func(p *flowtable.Packet) bool { return (p.IPVersion == 6) == ip6 }}
	case 4:
		n := rapid.Uint16Range(0, 3).Draw(t, "vlan")
		return model{fmt.Sprintf("vlan 0-%d", n), func(p *flowtable.Packet) bool { return p.VLAN <= n }}
	default:
		n := rapid.Uint8().Draw(t, "tos")
		return model{fmt.Sprintf("tos %#x-255", n), func(p *flowtable.Packet) bool { return p.ToS >= n }}
	}
}

var addresses = []netip.Addr{
	netip.MustParseAddr("0.0.0.0"),
	netip.MustParseAddr("10.0.0.1"),
	netip.MustParseAddr("10.0.128.1"),
	netip.MustParseAddr("255.255.255.255"),
	netip.MustParseAddr("::"),
	netip.MustParseAddr("a00:1::"),
	netip.MustParseAddr("::ffff:10.0.0.1"),
	netip.MustParseAddr("2001:db8::1"),
	netip.MustParseAddr("2001:db8::8000:0:0:1"),
}

func drawSide(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "src ", "dst "}).Draw(t, "side")
}

// either is the meaning of a side.
func either(side string, src, dst bool) bool {
	return src && side != "dst " || dst && side != "src "
}

func drawNet(t *rapid.T) model {
	addr := rapid.SampledFrom(addresses).Draw(t, "address")
	side := drawSide(t)
	bits := rapid.IntRange(0, addr.BitLen()).Draw(t, "bits")
	prefix := netip.PrefixFrom(addr, bits).Masked()
	return model{side + "net " + prefix.String(), func(p *flowtable.Packet) bool {
		return either(side, prefix.Contains(addressOf(p, &p.Src)), prefix.Contains(addressOf(p, &p.Dst)))
	}}
}

func addressOf(p *flowtable.Packet, b *[16]byte) netip.Addr {
	if p.IPVersion == 4 {
		return netip.AddrFrom4([4]byte(b[:4]))
	}
	return netip.AddrFrom16(*b)
}

func drawPorts(t *rapid.T) model {
	numbers := rapid.SliceOfN(rapid.Uint16Range(0, 9), 1, 5).Draw(t, "ports")
	side := drawSide(t)
	var words []string
	for _, n := range numbers {
		words = append(words, plainNumber(n))
	}
	return model{side + "port " + strings.Join(words, ","), func(p *flowtable.Packet) bool {
		if p.Fragment == flowtable.LaterFragment || !slices.Contains([]uint8{6, 17, 33, 132, 136}, p.Protocol) {
			return false
		}
		return either(side, slices.Contains(numbers, p.SrcPort), slices.Contains(numbers, p.DstPort))
	}}
}

func drawPacket(t *rapid.T) flowtable.Packet {
	p := flowtable.Packet{
		Protocol: rapid.SampledFrom([]uint8{0, 1, 6, 17, 33, 58, 132, 136}).Draw(t, "protocol"),
		SrcPort:  rapid.Uint16Range(0, 10).Draw(t, "source port"),
		DstPort:  rapid.Uint16Range(0, 10).Draw(t, "destination port"),
		VLAN:     rapid.Uint16Range(0, 4).Draw(t, "vlan"),
		ToS:      rapid.Uint8().Draw(t, "tos"),
		Fragment: flowtable.Fragment(rapid.IntRange(0, 2).Draw(t, "fragment")),
	}
	version := rapid.SampledFrom([]uint8{4, 6}).Draw(t, "version")
	p.IPVersion = version
	for _, b := range []*[16]byte{&p.Src, &p.Dst} {
		addr := rapid.SampledFrom(addresses).Filter(func(a netip.Addr) bool { return a.Is4() == (version == 4) }).Draw(t, "address")
		copy(b[:], addr.AsSlice())
	}
	return p
}

func TestMatchAgreesWithModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawFilter(t, 5)
		f, err := Parse(m.text)
		if err != nil {
			t.Fatalf("parse %q: %v", m.text, err)
		}
		checkRoundTrip(t, f)
		short, err := Parse(f.String())
		if err != nil {
			t.Fatalf("parse %q: %v", f, err)
		}
		for range 8 {
			p := drawPacket(t)
			want := m.match(&p)
			if got := f.Match(&p); got != want {
				t.Fatalf("%q matches %+v: %v, want %v", m.text, p, got, want)
			}
			if got := short.Match(&p); got != want {
				t.Fatalf("%q matches %+v: %v, want %v as %q", short, p, got, want, m.text)
			}
		}
	})
}
