package netflow9

import (
	"testing"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/internal/ie"
)

// TestTemplatesAreTheRegistrys: every element is registered, as long as its type allows, and there
// once; flows of which no boot time can show the times go without times since boot. A scope field is no
// element (RFC 3954 §6.1).
func TestTemplatesAreTheRegistrys(t *testing.T) {
	for _, vlan := range []bool{false, true} {
		for k, template := range newLayout(wire.Shape{VLAN: vlan}).Templates {
			seen := map[ie.ID]bool{}
			for _, f := range template.Fields[template.Scope:] {
				e, ok := ie.Lookup(f.ID)
				if !ok || !e.Type.Fits(f.Length) || seen[f.ID] {
					t.Errorf("template %d: %v with %d octets: %+v", template.ID, f.ID, f.Length, e)
				}
				seen[f.ID] = true
			}
			if template.Scope > 0 {
				continue
			}
			if relative := k < absolute; seen[ie.FlowStartSysUpTime] != relative || seen[ie.FlowEndSysUpTime] != relative {
				t.Errorf("template %d has times since boot: %v", template.ID, !relative)
			}
			if !seen[ie.FlowStartMilliseconds] || !seen[ie.FlowEndMilliseconds] || seen[ie.VlanId] != vlan {
				t.Errorf("template %d: vlan %v, elements %v", template.ID, vlan, seen)
			}
		}
	}
}

// TestTemplateIDsAreConstant: collectors remember what an id meant.
func TestTemplateIDsAreConstant(t *testing.T) {
	for shape, first := range map[wire.Shape]uint16{
		{}: 256, {VLAN: true}: 272, {NoDirection: true}: 288, {VLAN: true, NoDirection: true}: 304,
	} {
		for k, template := range newLayout(shape).Templates {
			if want := first + uint16(k); template.ID != want {
				t.Errorf("kind %d, %+v: id %d, want %d", k, shape, template.ID, want)
			}
		}
	}
}

func TestCapacityAndMinLimit(t *testing.T) {
	e := New(exporter.EncoderOptions{})
	// The shortest is a record of IPv4 without times since boot: two addresses of 4, common 50.
	for limit, want := range map[int]int{0: 0, 81: 0, 82: 1, 1472: 24, 1452: 24, 9000: 154} {
		if got := e.Capacity(limit); got != want {
			t.Errorf("Capacity(%d) = %d, want %d", limit, got, want)
		}
	}
	// The longest is a record of ICMPv6: two addresses of 16, times since boot 8, common 50,
	// ICMP 2 + 1 + 1, padded.
	if got, want := e.MinLimit(), 20+4+96; got != want {
		t.Errorf("MinLimit() = %d, want %d", got, want)
	}
	if got := wire.MaxRecords; e.Capacity(1<<20) > got {
		t.Errorf("Capacity(2²⁰) = %d, more than %d", e.Capacity(1<<20), got)
	}
}
