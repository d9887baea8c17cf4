package ipfix

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/netsampler/goflow2/v2/decoders/netflow"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

// TestRecordsAreTheirTemplates decodes a record of each kind by its template, field by field.
func TestRecordsAreTheirTemplates(t *testing.T) {
	samples := []flowtable.Record{wiretest.TCP(), wiretest.Ping(), wiretest.UDP6(), wiretest.Ping6()}
	for _, o := range []exporter.EncoderOptions{{}, {KeyVLAN: true}, {NoDirection: true}, {KeyVLAN: true, NoDirection: true}} {
		e := New(o)
		for k := range wire.FlowKinds {
			rapid.Check(t, func(t *rapid.T) {
				r := wiretest.Record(func(n uint64) uint64 { return rapid.Uint64Range(0, n-1).Draw(t, "choice") })
				r.IPVersion, r.Protocol = samples[k].IPVersion, samples[k].Protocol
				r.First, r.Last = max(r.First, 0), max(r.Last, 0)
				if wire.KindOf(&r) != k {
					t.Fatalf("the sample of kind %d is of kind %d", k, wire.KindOf(&r))
				}
				b := e.appendRecord(nil, k, &r)
				for _, f := range e.layout.Templates[k].Fields {
					want, err := wiretest.Value(f.ID, f.Length, r, 0)
					if err != nil {
						t.Fatal(err)
					}
					if len(b) < len(want) || !bytes.Equal(b[:len(want)], want) {
						t.Fatalf("kind %d, vlan %v, undirected %v, %v: %x, want %x first", k, o.KeyVLAN, o.NoDirection, f.ID, b, want)
					}
					b = b[len(want):]
				}
				if len(b) != 0 {
					t.Fatalf("kind %d, vlan %v, undirected %v: %x is in no field", k, o.KeyVLAN, o.NoDirection, b)
				}
			})
		}
	}
}

// TestNoDirection: 61 is in no template, and all else arrives as it was.
func TestNoDirection(t *testing.T) {
	o := options()
	o.NoDirection = true
	records := wiretest.Mix(12)
	c := newCollector(t)
	want, got := map[flowtable.Record]int{}, map[flowtable.Record]int{}
	wiretest.Drive(t, New(o), 1472, at(0), records, func(s wiretest.Sent) {
		read := c.read(s.Octets)
		for _, set := range read.FlowSets {
			if templates, ok := set.(netflow.TemplateFlowSet); ok {
				for _, template := range templates.Records {
					if slices.ContainsFunc(template.Fields, func(f netflow.Field) bool { return f.Type == 61 }) {
						t.Errorf("template %d has the direction", template.TemplateId)
					}
				}
			}
		}
		for _, f := range read.flows {
			got[f.Record]++
		}
	})
	for _, r := range records {
		r.Direction = 0
		want[wiretest.Shown(r, false)]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flows (-want +got):\n%s", diff)
	}
}
