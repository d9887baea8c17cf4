package ipfix

import (
	"testing"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/internal/ie"
)

// TestTemplatesAreTheRegistrys: every element is registered and current, and as long as its type
// allows; only the times of the reliability statistics are there twice (RFC 7011 §4.2, §4.3), and the
// index of the interfaces' names.
func TestTemplatesAreTheRegistrys(t *testing.T) {
	for _, vlan := range []bool{false, true} {
		for k, template := range newLayout(wire.Shape{VLAN: vlan}).Templates {
			seen := map[ie.ID]int{}
			for _, f := range template.Fields {
				e, ok := ie.Lookup(f.ID)
				if !ok || e.Status != ie.Current || !e.Type.Fits(f.Length) {
					t.Errorf("template %d: %v with %d octets: %+v", template.ID, f.ID, f.Length, e)
				}
				seen[f.ID]++
			}
			twice := 1
			if k == meteringReliability || k == exportingReliability {
				twice = 2
			}
			for id, n := range seen {
				if k == interfaces && id == ie.IngressInterface && n == 2 {
					continue
				}
				if n > 1 && (id != ie.ObservationTimeMilliseconds || n != twice) {
					t.Errorf("template %d: %v is there %d times", template.ID, id, n)
				}
			}
			if (template.Scope > 0) != (k >= wire.FlowKinds) {
				t.Errorf("template %d has %d scope fields", template.ID, template.Scope)
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

// TestScopes are those that RFC 7011 §4.1 to §4.3 ask for.
func TestScopes(t *testing.T) {
	templates := newLayout(wire.Shape{}).Templates
	for k, want := range map[int][]ie.ID{
		meteringStatistics:   {ie.ObservationDomainId, ie.MeteringProcessId},
		meteringReliability:  {ie.ObservationDomainId, ie.MeteringProcessId},
		exportingReliability: {ie.ExportingProcessId},
	} {
		for i, id := range want {
			if got := templates[k].Fields[i].ID; got != id || int(templates[k].Scope) != len(want) {
				t.Errorf("template %d: scope field %d of %d is %v, want %v", templates[k].ID, i, templates[k].Scope, got, id)
			}
		}
	}
}

func TestCapacityAndMinLimit(t *testing.T) {
	e := New(options())
	// The shortest is a record of IPv4: two addresses of 4, common 50.
	for limit, want := range map[int]int{0: 0, 77: 0, 78: 1, 1472: 25, 1452: 24, 9000: 154, 1 << 20: 1129} {
		if got := e.Capacity(limit); got != want {
			t.Errorf("Capacity(%d) = %d, want %d", limit, got, want)
		}
	}
	if got := New(exporter.EncoderOptions{NoDirection: true}).Capacity(1 << 20); got != wire.MaxRecords {
		t.Errorf("Capacity(2²⁰) without directions = %d, want %d", got, wire.MaxRecords)
	}
	// The longest are a record of ICMPv6 (32 + 50 + 2) and its template (4 + 17 × 4).
	if got, want := e.MinLimit(), 16+4+84; got != want {
		t.Errorf("MinLimit() = %d, want %d", got, want)
	}
}
