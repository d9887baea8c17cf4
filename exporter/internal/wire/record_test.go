package wire

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

// TestAppendersWriteTheirTables decodes what each appender writes by the table beside it.
func TestAppendersWriteTheirTables(t *testing.T) {
	tests := []struct {
		name   string
		fields []Field
		append func([]byte, *flowtable.Record) []byte
		ip     uint8
	}{
		{"IPv4", IPv4Fields(), AppendIPv4, 4},
		{"IPv6", IPv6Fields(), AppendIPv6, 6},
		{"Common", CommonFields(), AppendCommon, 0},
		{"Undirected", UndirectedFields(), AppendUndirected, 0},
		{"ICMPv4", ICMPv4Fields(), AppendICMP, 4},
		{"ICMPv6", ICMPv6Fields(), AppendICMP, 6},
		{"VLAN", VLANFields(), AppendVLAN, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				r := wiretest.Record(func(n uint64) uint64 { return rapid.Uint64Range(0, n-1).Draw(t, "choice") })
				r.First, r.Last = max(r.First, 0), max(r.Last, 0)
				if tt.ip != 0 {
					r.IPVersion = tt.ip
				}
				b := tt.append([]byte("before"), &r)
				b, ok := bytes.CutPrefix(b, []byte("before"))
				if !ok {
					t.Fatal("what was in dst is lost")
				}
				for _, f := range tt.fields {
					want, err := wiretest.Value(f.ID, f.Length, r, 0)
					if err != nil {
						t.Fatal(err)
					}
					if len(b) < len(want) || !bytes.Equal(b[:len(want)], want) {
						t.Fatalf("%v: %x, want %x first", f.ID, b, want)
					}
					b = b[len(want):]
				}
				if len(b) != 0 {
					t.Fatalf("%x is in no field", b)
				}
			})
		})
	}
}

func TestTimesBefore1970AreZero(t *testing.T) {
	r := wiretest.TCP()
	r.First, r.Last = -5e9, -1
	b := AppendCommon(nil, &r)
	if !bytes.Equal(b[16:32], make([]byte, 16)) {
		t.Errorf("times %x, want zeros", b[16:32])
	}
}
