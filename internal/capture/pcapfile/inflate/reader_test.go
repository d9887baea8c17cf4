package inflate

import (
	"bytes"
	stdgzip "compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"
	"pgregory.net/rapid"
)

// levels are those whose streams differ in kind: stored, fixed and own codes, no matches.
var levels = []int{gzip.NoCompression, gzip.BestSpeed, gzip.DefaultCompression, gzip.BestCompression, gzip.HuffmanOnly}

func compress(t testing.TB, level int, plain []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// text is n octets that compress about as packets do: words of all lengths, repeated near and far.
func text(n int) []byte {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	b := make([]byte, 0, n+300)
	for len(b) < n {
		if random.IntN(3) > 0 && len(b) > 400 {
			at := len(b) - 1 - random.IntN(min(len(b)-1, 40_000))
			b = append(b, b[at:min(len(b), at+3+random.IntN(300))]...)
			continue
		}
		for range random.IntN(20) {
			b = append(b, byte(random.ExpFloat64()*12))
		}
	}
	return b[:n]
}

func read(t testing.TB, r io.Reader) []byte {
	t.Helper()
	b, err := io.ReadAll(NewReader(r))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReader(t *testing.T) {
	for _, size := range []int{0, 1, 2, 258, 1000, 32 << 10, 200_000, 3_000_000} {
		plain := text(size)
		for _, level := range levels {
			file := compress(t, level, plain)
			if got := read(t, bytes.NewReader(file)); !bytes.Equal(got, plain) {
				t.Errorf("size %d, level %d: %d octets that differ", size, level, len(got))
			}
			if size > 10_000 {
				continue
			}
			if got := read(t, iotest.OneByteReader(bytes.NewReader(file))); !bytes.Equal(got, plain) {
				t.Errorf("size %d, level %d, octet by octet: %d octets that differ", size, level, len(got))
			}
		}
	}
}

func TestRunsAndLongMatches(t *testing.T) {
	for _, plain := range [][]byte{
		make([]byte, 1_000_000),
		bytes.Repeat([]byte("ab"), 100_000),
		bytes.Repeat(text(32<<10), 4),
		slices.Concat(text(40_000), make([]byte, 32<<10), text(40_000)),
	} {
		if got := read(t, bytes.NewReader(compress(t, gzip.BestCompression, plain))); !bytes.Equal(got, plain) {
			t.Errorf("%d octets: %d that differ", len(plain), len(got))
		}
	}
}

func TestMembers(t *testing.T) {
	a, b := text(5000), text(70_000)
	first, second := compress(t, 6, a), compress(t, 6, b)
	plain := slices.Concat(a, b)
	for name, c := range map[string]struct {
		file []byte
		want []byte
		err  error
	}{
		"two":                      {slices.Concat(first, second), plain, nil},
		"an empty one between":     {slices.Concat(first, compress(t, 6, nil), second), plain, nil},
		"zeros behind":             {slices.Concat(first, second, make([]byte, 100)), plain, nil},
		"first octet of a third":   {slices.Concat(first, second, []byte{0x1f}), plain, nil},
		"magic of a third":         {slices.Concat(first, second, []byte{0x1f, 0x8b}), plain, io.ErrUnexpectedEOF},
		"a third of method 0":      {slices.Concat(first, second, []byte{0x1f, 0x8b}, make([]byte, 10)), plain, DataError("unknown compression method")},
		"nothing":                  {nil, nil, nil},
		"distance into the member": {slices.Concat(first, beyondStart()), a, DataError("distance beyond the beginning")},
	} {
		got, err := io.ReadAll(NewReader(bytes.NewReader(c.file)))
		if !errors.Is(err, c.err) || !bytes.Equal(got, c.want) {
			t.Errorf("%s: %d octets and %v, must be %d and %v", name, len(got), err, len(c.want), c.err)
		}
	}
}

// beyondStart is a member whose first symbol is a match of the fixed codes: length 3 (0000001),
// distance 1 (00000), where nothing has been decoded yet.
func beyondStart() []byte {
	return []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0b011, 0b00000010, 0, 0, 0, 0, 0, 0, 0, 0}
}

func TestHeaderParts(t *testing.T) {
	plain := text(3000)
	var out bytes.Buffer
	w := stdgzip.NewWriter(&out)
	w.Name, w.Comment, w.Extra = "capture.pcap", "from the gateway", bytes.Repeat([]byte{1, 2, 0}, 300)
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := out.Bytes()
	if got := read(t, bytes.NewReader(file)); !bytes.Equal(got, plain) {
		t.Errorf("%d octets that differ", len(got))
	}
	header := 10 + 2 + 900 + len("capture.pcap") + 1 + len("from the gateway") + 1
	for cut := 2; cut < header; cut++ {
		if got, err := io.ReadAll(NewReader(bytes.NewReader(file[:cut]))); !errors.Is(err, io.ErrUnexpectedEOF) || len(got) > 0 {
			t.Fatalf("cut at %d: %d octets and %v", cut, len(got), err)
		}
	}
}

func TestHeaderChecksum(t *testing.T) {
	file := compress(t, 6, text(100))
	file[3] |= flagHeaderChecksum
	for _, c := range []struct {
		sum uint16
		err error
	}{{headerChecksum(file[:10]), nil}, {1, DataError("header checksum differs")}} {
		with := slices.Concat(file[:10], []byte{byte(c.sum), byte(c.sum >> 8)}, file[10:])
		if _, err := io.ReadAll(NewReader(bytes.NewReader(with))); !errors.Is(err, c.err) {
			t.Errorf("checksum %#x: error %v, must be %v", c.sum, err, c.err)
		}
	}
}

func headerChecksum(header []byte) uint16 {
	sum := headerSum{in: &input{src: bytes.NewReader(header)}}
	for range header {
		sum.octet()
	}
	return uint16(sum.value)
}

func TestDamage(t *testing.T) {
	head := []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0}
	good := compress(t, 6, text(5000))
	flip := func(fromEnd int) []byte {
		b := bytes.Clone(good)
		b[len(b)-fromEnd] ^= 1
		return b
	}
	flags := append([]byte{0x1f, 0x8b, 8, 0x20}, good[4:]...)
	for _, c := range []struct {
		file []byte
		err  DataError
	}{
		{flags, "unknown header flags"},
		{flip(8), "checksum differs"},
		{flip(4), "size differs"},
		{append(bytes.Clone(head), 0b111), "invalid block type 3"},
		{append(bytes.Clone(head), 1, 5, 0, 5, 0), "stored block's length differs from its complement"},
		{append(bytes.Clone(head), 0b11111_10_1, 0xff, 0xff), "too many length or distance symbols"},
		{append(bytes.Clone(head), 0b00000_10_1, 0, 0, 0, 0, 0), "invalid code-length code"},
	} {
		if _, err := io.ReadAll(NewReader(bytes.NewReader(c.file))); !errors.Is(err, c.err) {
			t.Errorf("error %v, must be %v", err, c.err)
		}
	}
}

// TestSourceError passes the source's own error on, after what came before it.
func TestSourceError(t *testing.T) {
	broken := errors.New("disk on fire")
	file := compress(t, gzip.NoCompression, text(5000))
	r := NewReader(io.MultiReader(bytes.NewReader(file[:3000]), iotest.ErrReader(broken)))
	got, err := io.ReadAll(r)
	if !errors.Is(err, broken) || len(got) < 2900 {
		t.Errorf("%d octets and %v", len(got), err)
	}
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, broken) {
		t.Errorf("the second time: %v", err)
	}
}

// TestCut cuts at every octet: no octet is lost that the standard library still decodes, and none
// is made up.
func TestCut(t *testing.T) {
	for _, level := range levels {
		plain := text(3000)
		file := compress(t, level, plain)
		for cut := 10; cut < len(file); cut++ {
			got, err := io.ReadAll(NewReader(bytes.NewReader(file[:cut])))
			std := standard(file[:cut])
			if !errors.Is(err, io.ErrUnexpectedEOF) || !bytes.HasPrefix(plain, got) || len(got) < len(std) {
				t.Fatalf("level %d, cut at %d: %d octets, the standard library has %d; error %v", level, cut, len(got), len(std), err)
			}
		}
	}
}

// standard is what the standard library decompresses of a stream.
func standard(file []byte) []byte {
	z, err := stdgzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil
	}
	b, _ := io.ReadAll(z)
	return b
}

func TestAnyReadSizes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain := slices.Concat(rapid.SliceOfN(rapid.Byte(), 0, 500).Draw(t, "octets"), text(rapid.IntRange(0, 300_000).Draw(t, "text")))
		level := rapid.SampledFrom(levels).Draw(t, "level")
		var out bytes.Buffer
		w, _ := gzip.NewWriterLevel(&out, level)
		if _, err := w.Write(plain); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		sizes := rapid.SliceOfN(rapid.IntRange(1, 70_000), 1, 5).Draw(t, "sizes")
		r := NewReader(iotest.HalfReader(&out))
		var got []byte
		for i := 0; ; i++ {
			p := make([]byte, sizes[i%len(sizes)])
			n, err := r.Read(p)
			got = append(got, p[:n]...)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(got, plain) {
			t.Fatalf("%d octets that differ from %d", len(got), len(plain))
		}
	})
}

// FuzzReader compares with the standard library: equal where that one is content, else at least as
// many octets, and an error. Header flags that are reserved are left out: zlib and this package
// refuse them, the standard library does not. Nor does it refuse a block without a code for its end,
// as zlib and this package do before its first octet.
func FuzzReader(f *testing.F) {
	for _, level := range levels {
		f.Add(compress(f, level, text(700)))
		f.Add(compress(f, level, make([]byte, 5000))[:20])
	}
	f.Add(beyondStart())
	f.Fuzz(func(t *testing.T, file []byte) {
		const most = 1 << 20
		if len(file) > 3 && file[3]&flagsReserved != 0 {
			file = bytes.Clone(file)
			file[3] &^= flagsReserved
		}
		z, err := stdgzip.NewReader(bytes.NewReader(file))
		if err != nil {
			_, _ = io.CopyN(io.Discard, NewReader(bytes.NewReader(file)), most)
			return
		}
		z.Multistream(false)
		want, wantErr := io.ReadAll(io.LimitReader(z, most))
		got, err := io.ReadAll(io.LimitReader(NewReader(bytes.NewReader(file)), most))
		endless := errors.Is(err, errNoEnd) && bytes.HasPrefix(want, got)
		if !bytes.HasPrefix(got, want) && !endless {
			t.Errorf("%d octets don't begin with the standard library's %d", len(got), len(want))
		}
		if wantErr != nil && err == nil && len(got) < most {
			t.Errorf("no error, the standard library has %v", wantErr)
		}
	})
}

func BenchmarkReader(b *testing.B) {
	plain := text(4 << 20)
	file := compress(b, 6, plain)
	for name, open := range map[string]func() io.Reader{
		"own":       func() io.Reader { return NewReader(bytes.NewReader(file)) },
		"standard":  func() io.Reader { z, _ := stdgzip.NewReader(bytes.NewReader(file)); return z },
		"klauspost": func() io.Reader { z, _ := gzip.NewReader(bytes.NewReader(file)); return z },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(plain)))
			buf := make([]byte, 1<<20)
			for b.Loop() {
				if n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{open()}, buf); n != int64(len(plain)) || err != nil {
					b.Fatal(n, err)
				}
			}
		})
	}
}
