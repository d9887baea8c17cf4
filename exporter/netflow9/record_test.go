package netflow9

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

// sample is a record of each kind.
func sample(kind int) flowtable.Record {
	return []flowtable.Record{wiretest.TCP(), wiretest.Ping(), wiretest.UDP6(), wiretest.Ping6()}[kind%absolute]
}

// TestRecordsAreTheirTemplates decodes a record of each kind by its template, field by field.
func TestRecordsAreTheirTemplates(t *testing.T) {
	const second = int64(1_709_000_000)
	for _, o := range []exporter.EncoderOptions{{}, {KeyVLAN: true}, {NoDirection: true}, {KeyVLAN: true, NoDirection: true}} {
		e := New(o)
		for k := range flowKinds {
			rapid.Check(t, func(t *rapid.T) {
				r := wiretest.Record(func(n uint64) uint64 { return rapid.Uint64Range(0, n-1).Draw(t, "choice") })
				r.IPVersion, r.Protocol = sample(k).IPVersion, sample(k).Protocol
				r.First = second*1e9 + rapid.Int64Range(0, 4e15).Draw(t, "first")
				r.Last = r.First + rapid.Int64Range(0, 2e14).Draw(t, "duration")
				if wire.KindOf(&r) != k%absolute {
					t.Fatalf("the sample of kind %d is of kind %d", k, wire.KindOf(&r))
				}
				b := e.appendRecord(nil, k, &r, wire.BootAt(second))
				for _, f := range e.layout.Templates[k].Fields {
					want, err := wiretest.Value(f.ID, f.Length, r, second*1000)
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

// TestEndBeforeStart is a record that breaks the promise; its times since boot must not wrap.
func TestEndBeforeStart(t *testing.T) {
	r := wiretest.TCP()
	r.First, r.Last = 2000e9, 1000e9
	if got, want := appendRelative(nil, &r, wire.BootAt(1500)), []byte{0, 7, 0xa1, 0x20, 0, 7, 0xa1, 0x20}; !bytes.Equal(got, want) {
		t.Errorf("%x, want 500000 ms twice: %x", got, want)
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
