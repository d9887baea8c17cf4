package packet

import (
	"testing"

	"pgregory.net/rapid"
)

// Headers taken two at a time are those taken one at a time, wherever longer and other ones stand among them and
// wherever they are cut.
func TestOptionsAreWalkedAsOneAtATime(t *testing.T) {
	walkedKinds := rapid.SampledFrom([]uint8{headerHopByHop, headerRouting, headerDestination})
	aliases := rapid.SampledFrom([]uint8{headerHopByHop + 64, headerRouting + 64, headerDestination + 128, headerHopByHop + 192}) // of their low six bits
	kinds := rapid.OneOf(walkedKinds, walkedKinds, walkedKinds, walkedKinds, rapid.Uint8(), aliases)
	lengths := rapid.OneOf(rapid.Just(uint8(0)), rapid.Just(uint8(0)), rapid.Just(uint8(0)), rapid.Uint8Range(1, 3))
	rapid.Check(t, func(t *rapid.T) {
		first := kinds.Draw(t, "first")
		var b []byte
		for range rapid.IntRange(0, 24).Draw(t, "headers") {
			length := lengths.Draw(t, "length")
			b = append(b, kinds.Draw(t, "next"), length)
			b = append(b, make([]byte, 6+8*int(length))...)
		}
		b = b[:rapid.IntRange(0, len(b)).Draw(t, "captured")]
		want, at := first, 0
		for (want == headerHopByHop || want == headerRouting || want == headerDestination) && len(b)-at >= 2 {
			length := 8 * (int(b[at+1]) + 1)
			if length > len(b)-at {
				break
			}
			want, at = b[at], at+length
		}
		if got, left := walkOptions(first, b); got != want || len(left) != len(b)-at {
			t.Fatalf("walkOptions(%d, %x) = %d, %d octets left, want %d, %d", first, b, got, len(left), want, len(b)-at)
		}
	})
}
