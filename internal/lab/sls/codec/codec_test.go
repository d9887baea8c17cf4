package codec

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func all() []Codec { return []Codec{None, LZ4, Zstd, Deflate} }

// noise does not compress.
func noise(n int) []byte {
	var out []byte
	for seed := sha256.Sum256([]byte("noise")); len(out) < n; seed = sha256.Sum256(seed[:]) {
		out = append(out, seed[:]...)
	}
	return out[:n]
}

func TestRoundTrip(t *testing.T) {
	inputs := map[string][]byte{
		"one":     {7},
		"same":    bytes.Repeat([]byte("10.0.0.1 "), 100_000),
		"noise14": noise(14), "noise15": noise(15), "noise269": noise(269), "noise270": noise(270), "noise": noise(100_000),
	}
	for _, c := range all() {
		for name, raw := range inputs {
			t.Run(c.Title()+" "+name, func(t *testing.T) {
				body, err := Compress(c, raw)
				if err != nil {
					t.Fatal(err)
				}
				got, err := Decompress(c, body, len(raw))
				if err != nil || !bytes.Equal(got, raw) {
					t.Errorf("%d bytes became %d: %v", len(raw), len(got), err)
				}
			})
		}
	}
}

func TestRoundTripDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(all()).Draw(t, "codec")
		raw := rapid.SliceOfN(rapid.Byte(), 1, 2000).Draw(t, "raw")
		body, err := Compress(c, raw)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Decompress(c, body, len(raw)); err != nil || !bytes.Equal(got, raw) {
			t.Fatalf("%v: %v", c, err)
		}
	})
}

// TestSize announces other sizes: a body that stands for far more never grows beyond what is announced.
func TestSize(t *testing.T) {
	raw := make([]byte, 20<<20)
	for _, c := range all() {
		body, err := Compress(c, raw)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{0, 1, 1000, len(raw) - 1, len(raw) + 1} {
			if got, err := Decompress(c, body, size); !errors.Is(err, ErrSize) {
				t.Errorf("%s: announced %d of %d: %d bytes, %v", c.Title(), size, len(raw), len(got), err)
			}
		}
	}
}

func TestDamaged(t *testing.T) {
	raw := bytes.Repeat([]byte("a log of a flow. "), 1000)
	for _, c := range all()[1:] {
		body, err := Compress(c, raw)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decompress(c, body[:len(body)/2], len(raw)); err == nil {
			t.Errorf("%v: half a body was taken", c)
		}
		if _, err := Decompress(c, []byte("<html>login</html>"), len(raw)); err == nil {
			t.Errorf("%v: a page was taken", c)
		}
	}
	if _, err := Decompress(9, raw, len(raw)); err == nil {
		t.Error("an unknown codec was taken")
	}
	if _, err := Compress(9, raw); err == nil {
		t.Error("an unknown codec was taken")
	}
}

func TestParse(t *testing.T) {
	for _, c := range all() {
		if got, err := Parse(c.String()); got != c || err != nil {
			t.Errorf("%v became %v: %v", c, got, err)
		}
	}
	if _, err := Parse("gzip"); err == nil {
		t.Error("gzip was taken")
	}
	if got := Codec(9).String(); got != "codec 9" {
		t.Errorf("an unknown one is %q", got)
	}
}

func FuzzDecompress(f *testing.F) {
	for _, c := range all() {
		body, err := Compress(c, []byte("hello, hello, hello, hello"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(c), body, uint16(26))
	}
	f.Fuzz(func(t *testing.T, c uint8, body []byte, size uint16) {
		raw, err := Decompress(Codec(c), body, int(size))
		if err == nil && len(raw) != int(size) {
			t.Errorf("%d bytes, announced %d", len(raw), size)
		}
	})
}
