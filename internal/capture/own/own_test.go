package own

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/sagflow/sagflow/flowtable"
)

// packetOf is a packet from one end to the other.
func packetOf(protocol uint8, src, dst string) *flowtable.Packet {
	s, d := netip.MustParseAddrPort(src), netip.MustParseAddrPort(dst)
	p := &flowtable.Packet{Protocol: protocol, SrcPort: s.Port(), DstPort: d.Port(), IPVersion: 6}
	if s.Addr().Is4() {
		p.IPVersion = 4
		a, b := s.Addr().As4(), d.Addr().As4()
		copy(p.Src[:], a[:])
		copy(p.Dst[:], b[:])
		return p
	}
	p.Src, p.Dst = s.Addr().As16(), d.Addr().As16()
	return p
}

func TestHas(t *testing.T) {
	var s Set
	if s.Has(packetOf(UDP, "192.0.2.1:1", "192.0.2.2:2")) {
		t.Error("an empty set has something")
	}
	s.Add(Connection{UDP, netip.MustParseAddrPort("[::ffff:192.0.2.1]:40000"), netip.MustParseAddrPort("192.0.2.9:2055")})
	s.Add(Connection{TCP, netip.AddrPortFrom(netip.Addr{}, 40001), netip.MustParseAddrPort("[2001:db8::9]:443")})
	for _, c := range []struct {
		protocol uint8
		src, dst string
		want     bool
	}{
		{UDP, "192.0.2.1:40000", "192.0.2.9:2055", true},
		{UDP, "192.0.2.9:2055", "192.0.2.1:40000", true},
		{TCP, "192.0.2.1:40000", "192.0.2.9:2055", false},
		{UDP, "192.0.2.3:40000", "192.0.2.9:2055", false}, // somebody behind this gateway
		{UDP, "192.0.2.1:40000", "192.0.2.9:2056", false},
		{UDP, "192.0.2.1:2055", "192.0.2.9:40000", false},
		{UDP, "192.0.2.1:0", "192.0.2.9:0", false},
		{TCP, "[2001:db8::1]:40001", "[2001:db8::9]:443", true},
		{TCP, "[2001:db8::9]:443", "[2001:db8::77]:40001", true},
		{TCP, "[2001:db8::9]:443", "[2001:db8::77]:40002", false},
	} {
		if got := s.Has(packetOf(c.protocol, c.src, c.dst)); got != c.want {
			t.Errorf("%d %s > %s: %v", c.protocol, c.src, c.dst, got)
		}
	}
}

// What is closed stays known for a while, and is forgotten then.
func TestLinger(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	s := Set{now: func() time.Time { return now }}
	p := packetOf(UDP, "192.0.2.1:40000", "192.0.2.9:2055")
	remove := s.Add(Connection{UDP, netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("192.0.2.9:2055")})
	remove()
	now = now.Add(Linger)
	remove() // it says nothing new
	other := func() {
		s.Add(Connection{UDP, netip.MustParseAddrPort("192.0.2.1:1"), netip.MustParseAddrPort("192.0.2.9:1")})()
	}
	if other(); !s.Has(p) {
		t.Error("it is forgotten too soon")
	}
	now = now.Add(time.Second)
	if other(); s.Has(p) {
		t.Error("it is never forgotten")
	}
}

// A dialled connection is known by the address and port that it really has, when the other end sees its first
// segment.
func TestDial(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		var s Set
		c, err := s.Dial(t.Context(), "tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		here, there := c.LocalAddr().String(), l.Addr().String()
		if !s.Has(packetOf(TCP, here, there)) || !s.Has(packetOf(TCP, there, here)) {
			t.Errorf("%s > %s is not known", here, there)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if len(s.all) != 1 || s.all[0].closed.IsZero() {
			t.Errorf("closed: %+v", s.all)
		}
	}
}

// What can't be dialled leaves nothing behind but for a while.
func TestDialFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	var s Set
	if c, err := s.Dial(t.Context(), "tcp", address); err == nil {
		t.Error("connected to nobody", c.Close())
	}
	for _, e := range s.all {
		if e.closed.IsZero() {
			t.Errorf("%+v is thought to be open", e)
		}
	}
	for _, bad := range []string{"no-port", "127.0.0.1:no-such-service", "no-such-host.invalid:1"} {
		if c, err := s.Dial(t.Context(), "tcp", bad); err == nil {
			t.Error("connected to", bad, c.Close())
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if c, err := s.Dial(ended, "tcp", "127.0.0.1:1"); err == nil {
		t.Error("connected after the end", c.Close())
	}
}

func BenchmarkHas(b *testing.B) {
	var s Set
	s.Add(Connection{UDP, netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("192.0.2.9:2055")})
	p := packetOf(UDP, "192.0.2.3:1234", "192.0.2.9:2055")
	for b.Loop() {
		if s.Has(p) {
			b.Fatal("it is somebody else's")
		}
	}
}
