package wire

import "testing"

func TestMask(t *testing.T) {
	m := MaskOf(0) | MaskOf(5) | MaskOf(15)
	for k := range maxKinds {
		if want := k == 0 || k == 5 || k == 15; m.Has(k) != want {
			t.Errorf("Has(%d) = %v", k, m.Has(k))
		}
	}
	for n, want := range map[int]Mask{0: 0, 1: 1, 4: 0xf, 16: 0xffff} {
		if got := MaskBelow(n); got != want {
			t.Errorf("MaskBelow(%d) = %#x, want %#x", n, got, want)
		}
	}
}
