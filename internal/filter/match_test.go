package filter

import (
	"slices"
	"testing"

	"github.com/sagflow/sagflow/flowtable"
)

// Packets that the tables use.
var (
	tcp4  = flowtable.Packet{IPVersion: 4, Protocol: 6, Src: [16]byte{10, 1, 2, 3}, Dst: [16]byte{192, 0, 2, 1}, SrcPort: 40000, DstPort: 443, ToS: 0xb8, VLAN: 10}
	udp4  = flowtable.Packet{IPVersion: 4, Protocol: 17, Src: [16]byte{192, 0, 2, 1}, Dst: [16]byte{10, 1, 2, 3}, SrcPort: 53, DstPort: 5000}
	icmp4 = flowtable.Packet{IPVersion: 4, Protocol: 1, Src: [16]byte{10, 1, 2, 3}, Dst: [16]byte{192, 0, 2, 1}, DstPort: 3*256 + 1}
	// echo4 is an echo reply: its type and code make 0.
	echo4 = flowtable.Packet{IPVersion: 4, Protocol: 1, Src: [16]byte{10, 1, 2, 3}, Dst: [16]byte{192, 0, 2, 1}}
	udp6  = flowtable.Packet{IPVersion: 6, Protocol: 17, Src: [16]byte{0x20, 0x01, 0x0d, 0xb8, 15: 1}, Dst: [16]byte{0x20, 0x01, 0x0d, 0xb9, 15: 2}, SrcPort: 5000, DstPort: 53}
	icmp6 = flowtable.Packet{IPVersion: 6, Protocol: 58, Src: [16]byte{0xfe, 0x80, 15: 1}, Dst: [16]byte{0xff, 0x02, 15: 1}, DstPort: 135 * 256}
	// zero6 has addresses whose first four octets are those of 10.0.0.0.
	zero6 = flowtable.Packet{IPVersion: 6, Protocol: 59, Src: [16]byte{10}, Dst: [16]byte{10}}
	// mapped6 is ::ffff:192.0.2.1 in a true IPv6 header.
	mapped6 = flowtable.Packet{IPVersion: 6, Protocol: 6, Src: [16]byte{10: 0xff, 11: 0xff, 12: 192, 13: 0, 14: 2, 15: 1}, SrcPort: 1, DstPort: 2}
	// first4 and later4 are fragments of one UDP datagram.
	first4 = flowtable.Packet{IPVersion: 4, Protocol: 17, SrcPort: 53, DstPort: 6000, Fragment: flowtable.FirstFragment, FragmentID: 7}
	later4 = flowtable.Packet{IPVersion: 4, Protocol: 17, Fragment: flowtable.LaterFragment, FragmentID: 7}
	// cut4 is UDP whose ports were not captured.
	cut4  = flowtable.Packet{IPVersion: 4, Protocol: 17}
	gre4  = flowtable.Packet{IPVersion: 4, Protocol: 47}
	sctp4 = flowtable.Packet{IPVersion: 4, Protocol: 132, SrcPort: 80, DstPort: 8050}
	out4  = flowtable.Packet{IPVersion: 4, Protocol: 6, SrcPort: 80, DstPort: 1, Direction: flowtable.Egress}
)

var named = []struct {
	name   string
	packet *flowtable.Packet
}{
	{"tcp4", &tcp4},
	{"udp4", &udp4},
	{"icmp4", &icmp4},
	{"echo4", &echo4},
	{"udp6", &udp6},
	{"icmp6", &icmp6},
	{"zero6", &zero6},
	{"mapped6", &mapped6},
	{"first4", &first4},
	{"later4", &later4},
	{"cut4", &cut4},
	{"gre4", &gre4},
	{"sctp4", &sctp4},
	{"out4", &out4},
}

// matchCase is a filter and the packets that pass it.
type matchCase struct {
	filter string
	want   []string
}

func termMatches() []matchCase {
	return []matchCase{
		{"ip", []string{"tcp4", "udp4", "icmp4", "echo4", "first4", "later4", "cut4", "gre4", "sctp4", "out4"}},
		{"ip6", []string{"udp6", "icmp6", "zero6", "mapped6"}},
		{"net 10.0.0.0/8", []string{"tcp4", "udp4", "icmp4", "echo4"}},
		{"src net 10.0.0.0/8", []string{"tcp4", "icmp4", "echo4"}},
		{"dst net 10.0.0.0/8", []string{"udp4"}},
		{"net 10.1.2.2/31", []string{"tcp4", "udp4", "icmp4", "echo4"}},
		{"net 10.1.2.0/31", nil},
		{"net 0.0.0.0/0", []string{"tcp4", "udp4", "icmp4", "echo4", "first4", "later4", "cut4", "gre4", "sctp4", "out4"}},
		{"net ::/0", []string{"udp6", "icmp6", "zero6", "mapped6"}},
		{"net a00::/8", []string{"zero6"}},
		{"net 2001:db8::/32", []string{"udp6"}},
		{"net 2001:db8::/31", []string{"udp6"}},
		{"dst net 2001:db8::/32", nil},
		{"src host 2001:db8::1", []string{"udp6"}},
		{"host 2001:db8::2", nil},
		{"src net 2001:db8::/127", []string{"udp6"}},
		{"host 192.0.2.1", []string{"tcp4", "udp4", "icmp4", "echo4"}},
		{"host ::ffff:192.0.2.1", []string{"mapped6"}},
		{"proto tcp", []string{"tcp4", "mapped6", "out4"}},
		{"proto icmp", []string{"icmp4", "echo4"}},
		{"proto icmp6", []string{"icmp6"}},
		{"proto icmp,icmp6", []string{"icmp4", "echo4", "icmp6"}},
		{"proto 47", []string{"gre4"}},
		{"proto sctp", []string{"sctp4"}},
		{"proto 18-60", []string{"icmp6", "zero6", "gre4"}},
		{"port 53", []string{"udp4", "udp6", "first4"}},
		{"src port 53", []string{"udp4", "first4"}},
		{"dst port 53", []string{"udp6"}},
		{"port 80,443,8000-8100", []string{"tcp4", "sctp4", "out4"}},
		{"port 0", []string{"cut4"}},
		{"src port 0", []string{"cut4"}},
		{"port 769", nil},
		{"port 0-65535", []string{"tcp4", "udp4", "udp6", "mapped6", "first4", "cut4", "sctp4", "out4"}},
		{"direction in", []string{"tcp4", "udp4", "icmp4", "echo4", "udp6", "icmp6", "zero6", "mapped6", "first4", "later4", "cut4", "gre4", "sctp4"}},
		{"direction out", []string{"out4"}},
		{"tos 0xb8", []string{"tcp4"}},
		{"tos 184", []string{"tcp4"}},
		{"vlan 10", []string{"tcp4"}},
		{"vlan 1-4095", []string{"tcp4"}},
		{"vlan 0 proto tcp", []string{"mapped6", "out4"}},
	}
}

func operatorMatches() []matchCase {
	return []matchCase{
		{"not port 0-65535", []string{"icmp4", "echo4", "icmp6", "zero6", "later4", "gre4"}},
		{"not port 53", []string{"tcp4", "icmp4", "echo4", "icmp6", "zero6", "mapped6", "later4", "cut4", "gre4", "sctp4", "out4"}},
		{"proto udp not port 53", []string{"later4", "cut4"}},
		{"proto tcp or proto gre ip", []string{"tcp4", "mapped6", "gre4", "out4"}},
		{"(proto tcp or proto gre) ip", []string{"tcp4", "gre4", "out4"}},
		{"not proto tcp ip", []string{"udp4", "icmp4", "echo4", "first4", "later4", "cut4", "gre4", "sctp4"}},
		{"not (proto tcp ip)", []string{"udp4", "icmp4", "echo4", "udp6", "icmp6", "zero6", "mapped6", "first4", "later4", "cut4", "gre4", "sctp4"}},
		{"not not proto gre", []string{"gre4"}},
		{"net 10.0.0.0/8 or net 2001:db8::/32", []string{"tcp4", "udp4", "icmp4", "echo4", "udp6"}},
		{"NOT Proto TCP And IP6", []string{"udp6", "icmp6", "zero6"}},
	}
}

func TestMatch(t *testing.T) {
	for _, test := range slices.Concat(termMatches(), operatorMatches()) {
		t.Run(test.filter, func(t *testing.T) {
			f := mustParse(t, test.filter)
			want := map[string]bool{}
			for _, name := range test.want {
				want[name] = true
			}
			for _, p := range named {
				if got := f.Match(p.packet); got != want[p.name] {
					t.Errorf("%s: %v, want %v", p.name, got, want[p.name])
				}
			}
		})
	}
}

func mustParse(t testing.TB, text string) *Filter {
	t.Helper()
	f, err := Parse(text)
	if err != nil {
		t.Fatalf("parse %q: %v", text, err)
	}
	return f
}

// TestDeepestStack fills the stack as far as the limits allow: the left side of an "or" and of an
// "and" wait at each level.
func TestDeepestStack(t *testing.T) {
	text := ""
	for range MaxNesting {
		text += "vlan 1 or ip ("
	}
	text += "vlan 1 or ip proto tcp"
	for range MaxNesting {
		text += ")"
	}
	f := mustParse(t, text)
	if !f.Match(&tcp4) || f.Match(&udp4) || f.Match(&mapped6) {
		t.Error("a filter of the deepest nesting doesn't match TCP over IPv4 alone")
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	f := mustParse(t, "(proto tcp port 80,443,8000-8100 or src net 10.0.0.0/8) not host 2001:db8::1")
	allocs := testing.AllocsPerRun(100, func() {
		for _, p := range named {
			f.Match(p.packet)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations, want 0", allocs)
	}
}

func BenchmarkMatch(b *testing.B) {
	f := mustParse(b, "proto tcp port 80,443,8000-8100 not net 192.168.0.0/16")
	b.ReportAllocs()
	for b.Loop() {
		f.Match(&tcp4)
	}
}
