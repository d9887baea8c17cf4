package packet

import (
	"bytes"
	"encoding/binary"
	"fmt"
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
		if err := compareInnermost(outermost, b); err != nil {
			t.Fatal(err)
		}
	})
}

// Of four tags each may have another type than a customer's: one of those that differ from it in a single bit, or in
// all of its bits.
func TestFourTagsAreFourCustomersTags(t *testing.T) {
	kinds := []uint16{typeVLAN, 0, 0x0100, 0x8000}
	for i := range len(kinds) * len(kinds) * len(kinds) * len(kinds) {
		b := []byte{0, 1, 0x81, 0, 0, 1, 0x81, 0} // two before them
		for place := i; len(b) < 6*vlanLen; place /= len(kinds) {
			b = binary.BigEndian.AppendUint16(append(b, 0, 2), kinds[place%len(kinds)])
		}
		if err := compareInnermost(typeVLAN, append(b, make([]byte, 20)...)); err != nil {
			t.Error(err)
		}
	}
	for bit := range 8 * 4 * vlanLen {
		b := bytes.Repeat([]byte{0, 1, 0x81, 0}, 7)
		b[2*vlanLen+bit/8] ^= 1 << (bit % 8)
		if err := compareInnermost(typeVLAN, b); err != nil {
			t.Error(err)
		}
	}
}

// compareInnermost compares innermost with a walk of one tag at a time.
func compareInnermost(outermost uint16, b []byte) error {
	want, n := outermost, 0
	for isVLAN(want) {
		if n += vlanLen; n > len(b) {
			break
		}
		want = binary.BigEndian.Uint16(b[n-2:])
	}
	if got, length := innermost(outermost, b); length != n || n <= len(b) && got != want {
		return fmt.Errorf("innermost(%#x, %x) = %#x, %d, want %#x, %d", outermost, b, got, length, want, n)
	}
	return nil
}
