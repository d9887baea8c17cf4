package filter

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var compareSpans = cmp.AllowUnexported(span{})

func TestParseNumbers(t *testing.T) {
	tests := []struct {
		kind *numberKind
		text string
		want []span // nil: an error
	}{
		{&ports, "0", []span{{0, 0}}},
		{&ports, "65535", []span{{65535, 65535}}},
		{&ports, "0-65535", []span{{0, 65535}}},
		{&ports, "65536", nil},
		{&ports, "0xffff", []span{{65535, 65535}}},
		{&ports, "0x10000", nil},
		{&ports, "18446744073709551616", nil},
		{&ports, "+1", nil},
		{&ports, "1_0", nil},
		{&ports, "0b1", nil},
		{&ports, "1-2-3", nil},
		{&ports, "1-", nil},
		{&ports, "-", nil},
		{&ports, ",", nil},
		{&ports, "tcp", nil},
		{&protocols, "tcp-udp", []span{{6, 17}}},
		{&protocols, "UDP,1-6,tcp", []span{{1, 6}, {17, 17}}},
		{&protocols, "udplite", []span{{136, 136}}},
		{&protocols, "udp-tcp", nil},
		{&protocols, "255", []span{{255, 255}}},
		{&protocols, "256", nil},
		{&typesOfService, "0xFF", []span{{255, 255}}},
		{&typesOfService, "0x100", nil},
		{&vlans, "4095", []span{{4095, 4095}}},
		{&vlans, "1-4096", nil},
	}
	for _, test := range tests {
		got, err := test.kind.parse(token{test.text, 1})
		if (err == nil) != (test.want != nil) {
			t.Errorf("%s %q: error %v", test.kind.what, test.text, err)
		}
		if diff := cmp.Diff(test.want, got, compareSpans); diff != "" {
			t.Errorf("%s %q (-want +got):\n%s", test.kind.what, test.text, diff)
		}
	}
}

func TestMerge(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"sorted", "9,1,5", "1,5,9"},
		{"touching", "1-3,4-6", "1-6"},
		{"apart", "1-3,5-6", "1-3,5-6"},
		{"overlapping", "1-5,3-9", "1-9"},
		{"one inside the other", "1-9,3-5", "1-9"},
		{"same", "7,7,7", "7"},
		{"up to the largest", "65535,65534,0-65535", "0-65535"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			spans, err := ports.parse(token{test.text, 1})
			if err != nil {
				t.Fatal(err)
			}
			if got := list(spans, plainNumber); got != test.want {
				t.Errorf("%s becomes %s, want %s", test.text, got, test.want)
			}
		})
	}
}

// TestMergeKeepsTheSet compares a merged list with the one it was made of.
func TestMergeKeepsTheSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := rapid.SliceOfN(rapid.Custom(drawSpan), 1, 10).Draw(t, "ranges")
		merged := merge(slices.Clone(spans))
		for n := range uint16(40) {
			want := slices.ContainsFunc(spans, func(s span) bool { return s.low <= n && n <= s.high })
			if got := contains(merged, n); got != want {
				t.Fatalf("%v contains %d: %v, want %v as %v", merged, n, got, want, spans)
			}
		}
		for i := range merged[1:] {
			if merged[i].high+1 >= merged[i+1].low {
				t.Fatalf("%v is not in order or could be shorter", merged)
			}
		}
	})
}

func drawSpan(t *rapid.T) span {
	low := rapid.Uint16Range(0, 30).Draw(t, "low")
	return span{low, low + rapid.Uint16Range(0, 8).Draw(t, "width")}
}

func TestProtocolNames(t *testing.T) {
	for i, p := range protocolNames {
		if number, known := protocolNumber(p.name); !known || number != p.number || protocolName(uint16(number)) != p.name {
			t.Errorf("%s is protocol %d, want %d and back", p.name, number, p.number)
		}
		if i > 0 && p.number <= protocolNames[i-1].number {
			t.Errorf("%s is out of order", p.name)
		}
	}
	if number, known := protocolNumber("quic"); known {
		t.Errorf("quic is protocol %d, want none", number)
	}
}
