package ipfix

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

// TestRecordsAreTheirTemplates decodes a record of each kind by its template, field by field.
func TestRecordsAreTheirTemplates(t *testing.T) {
	samples := []flowtable.Record{wiretest.TCP(), wiretest.Ping(), wiretest.UDP6(), wiretest.Ping6()}
	for _, vlan := range []bool{false, true} {
		e := New(exporter.EncoderOptions{KeyVLAN: vlan})
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
						t.Fatalf("kind %d, vlan %v, %v: %x, want %x first", k, vlan, f.ID, b, want)
					}
					b = b[len(want):]
				}
				if len(b) != 0 {
					t.Fatalf("kind %d, vlan %v: %x is in no field", k, vlan, b)
				}
			})
		}
	}
}
