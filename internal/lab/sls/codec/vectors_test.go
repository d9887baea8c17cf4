package codec

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// TestVectors decompresses what other programs made of "abcabcabcabcabcabcabcabc".
func TestVectors(t *testing.T) {
	const want = "abcabcabcabcabcabcabcabc"
	for name, c := range map[string]struct {
		codec Codec
		hex   string
	}{
		// By hand: a sequence of 3 literals and a match of 16 at 3 back, then 5 literals.
		"lz4 by hand":       {LZ4, "3c" + "616263" + "0300" + "50" + "6263616263"},
		"lz4 literals":      {LZ4, "f009" + hex.EncodeToString([]byte(want))},
		"zlib stored":       {Deflate, "7801" + "01" + "1800" + "e7ff" + hex.EncodeToString([]byte(want)) + "72e00931"},
		"zlib compressed":   {Deflate, "78da4b4c4a4ec4860072e00931"},
		"zstd raw block":    {Zstd, "28b52ffd" + "2018" + "c10000" + hex.EncodeToString([]byte(want))},
		"zstd two frames":   {Zstd, "28b52ffd" + "200c" + "610000" + hex.EncodeToString([]byte(want[:12])) + "28b52ffd" + "200c" + "610000" + hex.EncodeToString([]byte(want[12:]))},
		"zstd skips a part": {Zstd, "502a4d18" + "02000000" + "ffff" + "28b52ffd" + "2018" + "c10000" + hex.EncodeToString([]byte(want))},
	} {
		t.Run(name, func(t *testing.T) {
			body, err := hex.DecodeString(c.hex)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Decompress(c.codec, body, len(want))
			if err != nil || string(got) != want {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

// TestLevels takes what zstd makes at any of its levels, also of a stream whose size is not in it.
func TestLevels(t *testing.T) {
	text := strings.Repeat("a log group of flows that repeats itself; ", 5000)
	for _, level := range []zstd.EncoderLevel{zstd.SpeedFastest, zstd.SpeedDefault, zstd.SpeedBetterCompression, zstd.SpeedBestCompression} {
		var out strings.Builder
		w, err := zstd.NewWriter(&out, zstd.WithEncoderLevel(level), zstd.WithEncoderCRC(true))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := Decompress(Zstd, []byte(out.String()), len(text))
		if err != nil || string(got) != text {
			t.Errorf("%v: %d bytes, %v", level, len(got), err)
		}
	}
}

// TestFlippedBits changes every bit of a body: it is refused, or of the size that was announced.
func TestFlippedBits(t *testing.T) {
	text := strings.Repeat("10.0.0.1 ", 40)
	for _, c := range all() {
		body, err := Compress(c, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		refused := 0
		for bit := range 8 * len(body) {
			changed := []byte(string(body))
			changed[bit/8] ^= 1 << (bit % 8)
			got, err := Decompress(c, changed, len(text))
			switch {
			case err != nil && got != nil:
				t.Errorf("%s, bit %d: %d bytes and %v", c.Title(), bit, len(got), err)
			case err != nil:
				refused++
			case len(got) != len(text):
				t.Errorf("%s, bit %d: %d bytes", c.Title(), bit, len(got))
			}
		}
		if c != None && refused == 0 {
			t.Errorf("%s: no changed body was refused", c.Title())
		}
	}
}

// TestEmpty has nothing in it.
func TestEmpty(t *testing.T) {
	for _, c := range all() {
		body, err := Compress(c, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Decompress(c, body, 0); err != nil && !errors.Is(err, ErrSize) || len(got) != 0 {
			t.Errorf("%s: %d bytes, %v", c.Title(), len(got), err)
		}
	}
}
