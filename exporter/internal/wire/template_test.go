package wire

import (
	"encoding/hex"
	"testing"

	"github.com/sagflow/sagflow/internal/ie"
)

func TestTemplateAppend(t *testing.T) {
	fields := []Field{{ie.SourceIPv4Address, 4}, {ie.OctetDeltaCount, 8}, {ie.FlowEndReason, 1}}
	tests := []struct {
		name     string
		template Template
		want     string
		record   int
	}{
		// RFC 3954 §5.2: template id, field count, then type and length of each field.
		{"flows", Template{ID: 256, Fields: fields}, "0100 0003 0008 0004 0001 0008 0088 0001", 13},
		// RFC 7011 §3.4.2.2: template id, field count, scope field count, fields.
		{"options", Template{ID: 260, Scope: 1, Fields: fields}, "0104 0003 0001 0008 0004 0001 0008 0088 0001", 13},
	}
	for _, tt := range tests {
		got := tt.template.Append([]byte{0xff})
		if got[0] != 0xff || hexWords(got[1:]) != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, hexWords(got[1:]), tt.want)
		}
		if n := tt.template.Length(); n != len(got)-1 {
			t.Errorf("%s: Length() = %d, want %d", tt.name, n, len(got)-1)
		}
		if n := tt.template.RecordLength(); n != tt.record {
			t.Errorf("%s: RecordLength() = %d, want %d", tt.name, n, tt.record)
		}
	}
}

// hexWords is b in hex, in words of two octets.
func hexWords(b []byte) string {
	s := ""
	for len(b) > 2 {
		s += hex.EncodeToString(b[:2]) + " "
		b = b[2:]
	}
	return s + hex.EncodeToString(b)
}
