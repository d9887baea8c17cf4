package wire

import (
	"testing"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/ie"
)

func TestKindOf(t *testing.T) {
	tests := []struct {
		version, protocol uint8
		want              int
	}{
		{4, 6, IPv4},
		{4, 1, ICMPv4},
		{4, 58, IPv4},
		{4, 0, IPv4},
		{6, 17, IPv6},
		{6, 58, ICMPv6},
		{6, 1, IPv6},
	}
	for _, tt := range tests {
		r := flowtable.Record{IPVersion: tt.version, Protocol: tt.protocol}
		if got := KindOf(&r); got != tt.want {
			t.Errorf("KindOf(IPv%d, protocol %d) = %d, want %d", tt.version, tt.protocol, got, tt.want)
		}
	}
}

func shapes() []Shape {
	return []Shape{{}, {VLAN: true}, {NoDirection: true}, {VLAN: true, NoDirection: true}}
}

// TestTemplateIDs: all different, and none below 256.
func TestTemplateIDs(t *testing.T) {
	seen := map[uint16]bool{}
	for _, shape := range shapes() {
		for k := range maxKinds {
			id := TemplateID(k, shape)
			if id < 256 || seen[id] {
				t.Errorf("kind %d, %+v: id %d", k, shape, id)
			}
			seen[id] = true
		}
	}
}

// TestFlowFields holds the tables against the registry: each element is there once, current, and as
// long as its type allows.
func TestFlowFields(t *testing.T) {
	extra := []Field{{ie.FlowStartSysUpTime, 4}}
	for k := range FlowKinds {
		for _, shape := range shapes() {
			seen := map[ie.ID]bool{}
			for _, f := range FlowFields(k, extra, shape) {
				e, ok := ie.Lookup(f.ID)
				if !ok || e.Status != ie.Current || !e.Type.Fits(f.Length) || seen[f.ID] {
					t.Errorf("kind %d: %v with %d octets: %+v", k, f.ID, f.Length, e)
				}
				seen[f.ID] = true
			}
			v4, icmp := k == IPv4 || k == ICMPv4, k == ICMPv4 || k == ICMPv6
			for id, want := range map[ie.ID]bool{
				ie.SourceIPv4Address: v4, ie.DestinationIPv4Address: v4,
				ie.SourceIPv6Address: !v4, ie.DestinationIPv6Address: !v4,
				ie.IcmpTypeCodeIPv4: v4 && icmp, ie.IcmpTypeCodeIPv6: !v4 && icmp,
				ie.IngressInterface: true, ie.EgressInterface: true, ie.FlowDirection: !shape.NoDirection,
				ie.VlanId: shape.VLAN, ie.FlowStartSysUpTime: true, ie.FlowEndReason: true,
			} {
				if seen[id] != want {
					t.Errorf("kind %d, %+v: %v there: %v", k, shape, id, seen[id])
				}
			}
		}
	}
}
