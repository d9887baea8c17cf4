package netflow5

import (
	"math"
	"math/bits"
	"testing"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/flowtable"
)

func TestParts(t *testing.T) {
	const most = math.MaxUint32
	tests := []struct{ packets, octets, want uint64 }{
		{0, 0, 1},
		{1, 60, 1},
		{most, most, 1},
		{1, most + 1, 2},
		{most + 1, 1, 2},
		{3, 2 * most, 2},
		{3, 2*most + 1, 3},
		{5 * most, 2 * most, 5},
		{1, math.MaxUint64, most + 2},
	}
	for _, tt := range tests {
		if got := parts(&flowtable.Record{Packets: tt.packets, Octets: tt.octets}); got != tt.want {
			t.Errorf("%d packets, %d octets: %d parts, want %d", tt.packets, tt.octets, got, tt.want)
		}
	}
}

func TestShare(t *testing.T) {
	tests := []struct {
		n     uint64
		parts uint64
		want  []uint32
	}{
		{7, 1, []uint32{7}},
		{7, 3, []uint32{3, 2, 2}},
		{2, 4, []uint32{1, 1, 0, 0}}, // 2 packets of more than 2³² octets each
		{1 << 32, 2, []uint32{1 << 31, 1 << 31}},
		{1<<32 + 1, 2, []uint32{1<<31 + 1, 1 << 31}},
		{2 * math.MaxUint32, 2, []uint32{math.MaxUint32, math.MaxUint32}},
	}
	for _, tt := range tests {
		for i, want := range tt.want {
			if got := share(tt.n, tt.parts, uint64(i)); got != want {
				t.Errorf("share(%d, %d, %d) = %d, want %d", tt.n, tt.parts, i, got, want)
			}
		}
	}
}

// TestSharesAddUp: exactly, and no part without packets where the flow has enough of them.
func TestSharesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := flowtable.Record{
			Packets: rapid.Uint64Range(0, 40*math.MaxUint32).Draw(t, "packets"),
			Octets:  rapid.Uint64Range(0, 40*math.MaxUint32).Draw(t, "octets"),
		}
		n := parts(&r)
		var packets, octets, carry, c uint64
		for i := range n {
			p := uint64(share(r.Packets, n, i))
			if r.Packets >= n && p == 0 {
				t.Fatalf("part %d of %d has no packets", i, n)
			}
			packets, carry = bits.Add64(packets, p, 0)
			octets, c = bits.Add64(octets, uint64(share(r.Octets, n, i)), 0)
			if carry+c != 0 {
				t.Fatal("sum overflows")
			}
		}
		if packets != r.Packets || octets != r.Octets {
			t.Fatalf("%d parts have %d packets and %d octets of %d and %d", n, packets, octets, r.Packets, r.Octets)
		}
	})
}
