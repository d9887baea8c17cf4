package filter

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func TestMask(t *testing.T) {
	tests := map[int]uint64{
		-64: 0, 0: 0, 1: 1 << 63, 8: 0xff << 56, 32: 0xffffffff << 32, 63: 1<<64 - 2, 64: 1<<64 - 1, 65: 1<<64 - 1, 128: 1<<64 - 1,
	}
	for ones, want := range tests {
		if got := mask(ones); got != want {
			t.Errorf("mask of %d ones is %#x, want %#x", ones, got, want)
		}
	}
}

func TestParseNet(t *testing.T) {
	for _, text := range []string{
		"0.0.0.0/0", "10.0.0.0/8", "192.0.2.1/32", "::/0", "2001:db8::/32", "2001:db8::/64", "2001:db8:0:0:8000::/65", "::1/128",
	} {
		n, err := parseAddresses(token{text: text}, false)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := n.prefix().String(); got != text {
			t.Errorf("%s becomes %s", text, got)
		}
	}
	for _, text := range []string{
		"", "/", "10.0.0.0/", "10/8", "10.0.0/8", "10.0.0.0/-1", "10.0.0.0/08", "::/129", "fe80::%eth0/64", "010.0.0.0/8", "10.0.0.0/255.0.0.0",
	} {
		if n, err := parseAddresses(token{text: text}, false); err == nil {
			t.Errorf("%q becomes %v, want an error", text, n.prefix())
		}
	}
}

// TestContainsAgreesWithNetip compares prefixes of all lengths with net/netip's.
func TestContainsAgreesWithNetip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		addr := drawAddress(t, "network")
		want := netip.PrefixFrom(addr, rapid.IntRange(0, addr.BitLen()).Draw(t, "bits")).Masked()
		n := makePrefix(want)
		if n.prefix() != want {
			t.Fatalf("%v becomes %v", want, n.prefix())
		}
		other := addr.AsSlice()
		other[rapid.IntRange(0, len(other)-1).Draw(t, "octet")] ^= rapid.Byte().Draw(t, "change")
		var b [16]byte
		copy(b[:], other)
		changed, _ := netip.AddrFromSlice(other)
		if got := n.contains(&b); got != want.Contains(changed) {
			t.Fatalf("%v contains %v: %v", want, changed, got)
		}
	})
}

func drawAddress(t *rapid.T, label string) netip.Addr {
	if rapid.Bool().Draw(t, "IPv6") {
		return netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, label)))
	}
	return netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, label)))
}
