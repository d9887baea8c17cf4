package packet

import (
	"encoding/binary"
	"testing"

	"pgregory.net/rapid"
)

// Tags taken four at a time are those taken one at a time, wherever others stand among them and wherever they are cut.
func TestInnermostIsThatOfOneTagAtATime(t *testing.T) {
	kinds := rapid.OneOf(rapid.Just(uint16(typeVLAN)), rapid.Just(uint16(typeVLAN)), rapid.Just(uint16(typeVLAN)),
		rapid.SampledFrom([]uint16{typeServiceVLAN, typeQinQ, typeQinQ2, typeQinQ3, typeIPv4, typeVLAN ^ 1, typeVLAN << 1 & 0xffff}))
	rapid.Check(t, func(t *rapid.T) {
		outermost := kinds.Draw(t, "outermost")
		var b []byte
		for range rapid.IntRange(0, 24).Draw(t, "tags") {
			b = binary.BigEndian.AppendUint16(b, rapid.Uint16().Draw(t, "control"))
			b = binary.BigEndian.AppendUint16(b, kinds.Draw(t, "kind"))
		}
		b = b[:rapid.IntRange(0, len(b)).Draw(t, "captured")]
		want, n := outermost, 0
		for isVLAN(want) {
			if n += vlanLen; n > len(b) {
				break
			}
			want = binary.BigEndian.Uint16(b[n-2:])
		}
		if got, length := innermost(outermost, b); length != n || n <= len(b) && got != want {
			t.Fatalf("innermost(%#x, %x) = %#x, %d, want %#x, %d", outermost, b, got, length, want, n)
		}
	})
}
