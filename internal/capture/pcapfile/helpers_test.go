package pcapfile

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/pcapfile/pcapwrite"
)

// frame is a capture.Frame that outlives the call of Next.
type frame struct {
	Time      int64
	Length    uint32
	LinkType  uint16
	BigEndian bool
	Captured  int
	CRC       uint32
}

func keep(f *capture.Frame) frame {
	return frame{f.Time, f.Length, f.LinkType, f.BigEndian, len(f.Data), crc32.ChecksumIEEE(f.Data)}
}

// drain reads s to its end in batches of the given size. The error is nil where s ended as it should.
func drain(t testing.TB, s capture.Source, batch int) ([]frame, error) {
	t.Helper()
	var all []frame
	frames := make([]capture.Frame, batch)
	for {
		n, err := s.Next(frames)
		for i := range frames[:n] {
			all = append(all, keep(&frames[i]))
		}
		if err == nil {
			continue
		}
		if _, again := s.Next(frames); again == nil || again.Error() != err.Error() {
			t.Fatalf("after the final error %v Next returned %v", err, again)
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return all, err
	}
}

// readBytes reads a file that lies in memory, as standard input.
func readBytes(t testing.TB, file []byte) ([]frame, *Source, error) {
	t.Helper()
	s := New(Options{Files: []string{"-"}, Stdin: bytes.NewReader(file)})
	defer func() { _ = s.Close() }() // at once: a table of thousands of files would fill a 32-bit address space
	frames, err := drain(t, s, 64)
	return frames, s, err
}

// writeFile puts a file into the test's folder and returns its name.
func writeFile(t testing.TB, name string, file []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// fileErrors takes joined errors apart.
func fileErrors(t testing.TB, err error) []*FileError {
	t.Helper()
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("error %T %v: must be joined", err, err)
	}
	var all []*FileError
	for _, e := range joined.Unwrap() {
		f, ok := e.(*FileError) //nolint:errorlint // the joined errors themselves must be of this type
		if !ok {
			t.Fatalf("error %T %v: must be a *FileError", e, e)
		}
		all = append(all, f)
	}
	return all
}

// oneError checks that err is exactly one FileError, at this offset, of this kind, with this text.
func oneError(t testing.TB, err error, offset int64, kind error, text string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, must be one with %q", text)
	}
	all := fileErrors(t, err)
	if len(all) != 1 {
		t.Fatalf("%d errors, must be one: %v", len(all), err)
	}
	if e := all[0]; e.Offset != offset || !errors.Is(err, kind) || !strings.Contains(e.Error(), text) {
		t.Errorf("error %q at %d, must be %q of kind %v at %d", e, e.Offset, text, kind, offset)
	}
}

func gz(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zst(t testing.TB, b []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil, zstd.WithEncoderCRC(true))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	return w.EncodeAll(b, nil)
}

// somePcap is a little-endian capture of n packets of different lengths, a millisecond apart.
func somePcap(n int) []byte {
	p := pcapwrite.Pcap{LinkType: 1}
	b := p.AppendHeader(nil)
	for i := range n {
		b = p.AppendRecord(b, pcapwrite.Packet{Time: int64(i) * 1e6, Data: payload(i)})
	}
	return b
}

// somePcapng is a capture of n packets in each of two sections, of different byte orders.
func somePcapng(n int) []byte {
	var b []byte
	for _, bigEndian := range []bool{true, false} {
		w := pcapwrite.Pcapng{BigEndian: bigEndian}
		b = w.AppendInterface(w.AppendSection(b), pcapwrite.Interface{LinkType: 1, SnapLength: 128})
		for i := range n {
			b = w.AppendEnhanced(b, 0, uint64(i)*1000, uint32(60+i%90), payload(i))
			b = w.AppendBlock(b, pcapwrite.BlockStatistics, payload(i))
		}
	}
	return b
}

// payload is 0 to 99 octets that differ from packet to packet.
func payload(i int) []byte {
	b := make([]byte, i*7%100)
	for j := range b {
		b[j] = byte(i + j*j)
	}
	return b
}

// shared returns a path beneath the folder of shared captures and tools. Where it is missing, the
// test fails in CI and says loudly elsewhere that it did not run.
func shared(t testing.TB, elements ...string) string {
	t.Helper()
	root := os.Getenv("SAGFLOW_SHARED")
	if root == "" {
		root = filepath.Join(filepath.Dir(moduleRoot(t)), "shared")
	}
	path := filepath.Join(append([]string{root}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		missing(t, "NOT TESTED: %v: set SAGFLOW_SHARED to the folder of shared captures", err)
	}
	return path
}

// missing ends a test that needs something that isn't there.
func missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

func moduleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = parent
	}
}

// maxSmall bounds the captures that tests change and read many times over.
const maxSmall = 32 << 10

// readSmall returns a plain capture, or nil where it is large or compressed.
func readSmall(t testing.TB, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > maxSmall || detect(b) == formatGzip {
		return nil
	}
	return b
}

func writeTo(t testing.TB, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// everyPcapng is a capture with every kind of block, option and byte order that is read.
func everyPcapng() []byte {
	var b []byte
	for _, bigEndian := range []bool{false, true, false} {
		w := pcapwrite.Pcapng{BigEndian: bigEndian}
		b = w.AppendSection(b)
		b = w.AppendBlock(b, pcapwrite.BlockCustom, payload(13))
		for i, resolution := range []uint8{6, 9, 3, 0, 12, 20, 0x80, 0x80 | 20, 0x80 | 64} {
			b = w.AppendInterface(b, pcapwrite.Interface{
				LinkType: uint16(1 + i), SnapLength: uint32(40 * i),
				Options: []pcapwrite.Option{
					{Code: 2, Value: []byte("eth0")},
					w.Resolution(resolution), w.Offset(int64(i%3-1) * 3600),
				},
			})
		}
		for i := range 9 {
			b = w.AppendEnhanced(b, uint32(i), 1<<40, 60, payload(i))
			b = w.AppendObsolete(b, uint16(i), 3, 1<<50+uint64(i), 60, payload(i+20))
			b = w.AppendSimple(b, uint32(30+i), payload(i+4))
			b = w.AppendBlock(b, pcapwrite.BlockNameResolution, payload(i))
		}
	}
	return b
}
