package pcapfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/sagflow/sagflow/internal/capture/pcapfile/inflate"
)

func TestCompressed(t *testing.T) {
	pcap, pcapng := somePcap(300), somePcapng(100)
	half := len(pcap) / 2
	skippable := []byte{0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'}
	for _, c := range []struct {
		name  string
		file  []byte
		plain []byte
	}{
		{"gz", gz(t, pcap), pcap},
		{"gz of pcapng", gz(t, pcapng), pcapng},
		{"gz of several members", slices.Concat(gz(t, pcap[:half]), gz(t, nil), gz(t, pcap[half:])), pcap},
		{"gz with octets behind it", slices.Concat(gz(t, pcap), []byte("padding")), pcap},
		{"gz with one octet of a magic number behind it", slices.Concat(gz(t, pcap), []byte{0x1f}), pcap},
		{"zstd", zst(t, pcap), pcap},
		{"zstd of pcapng", zst(t, pcapng), pcapng},
		{"zstd of several frames", slices.Concat(zst(t, pcap[:half]), zst(t, pcap[half:])), pcap},
		{"zstd with skippable frames", slices.Concat(skippable, zst(t, pcap), skippable), pcap},
	} {
		t.Run(c.name, func(t *testing.T) {
			want, _, err := readBytes(t, c.plain)
			if err != nil {
				t.Fatal(err)
			}
			got, _, err := readBytes(t, c.file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCompressedErrors(t *testing.T) {
	pcap := somePcap(300)
	size := int64(len(pcap))
	flip := func(b []byte, fromEnd int) []byte {
		b = bytes.Clone(b)
		b[len(b)-fromEnd] ^= 0xff
		return b
	}
	for _, c := range []struct {
		name   string
		file   []byte
		frames int
		offset int64
		kind   error
		text   string
	}{
		{"gz header cut", gz(t, pcap)[:5], 0, 0, io.ErrUnexpectedEOF, "gz stream cut short"},
		{"gz magic alone", gz(t, pcap)[:2], 0, 0, io.ErrUnexpectedEOF, "gz stream cut short"},
		{"gz trailer cut", gz(t, pcap)[:len(gz(t, pcap))-1], 300, size, io.ErrUnexpectedEOF, "after decompression: gz stream cut short"},
		{"gz checksum", flip(gz(t, pcap), 8), 300, size, inflate.DataError("checksum differs"), "gz stream damaged: checksum differs"},
		{"gz size", flip(gz(t, pcap), 1), 300, size, ErrDamaged, "gz stream damaged"},
		{"gz method", append([]byte{0x1f, 0x8b, 7}, gz(t, pcap)[3:]...), 0, 0, inflate.DataError("unknown compression method"), "gz stream damaged"},
		{"second gz member", slices.Concat(gz(t, pcap), gz(t, nil)[:12]), 300, size, io.ErrUnexpectedEOF, "gz stream cut short"},
		{"gz of nothing", gz(t, nil), 0, -1, ErrEmpty, "empty after decompression"},
		{"gz of no capture", gz(t, []byte("hello")), 0, 0, ErrNotCapture, "not a pcap or pcapng capture: it begins with 68 65 6c 6c"},
		{"gz of gz", gz(t, gz(t, pcap)), 0, 0, ErrNotCapture, "gz data inside compressed data"},
		{"gz of a cut capture", gz(t, pcap[:size-3]), 299, size - 93, io.ErrUnexpectedEOF, "packet data cut short: 90 of 93 bytes"},
		{"zstd checksum", flip(zst(t, pcap), 1), 300, size, zstd.ErrCRCMismatch, "zstd stream damaged"},
		{"zstd with octets behind it", append(zst(t, pcap), "padding"...), 300, size, zstd.ErrMagicMismatch, "zstd stream damaged"},
		{"zstd window", []byte{0x28, 0xb5, 0x2f, 0xfd, 0, (31 - 10) << 3, 1, 0, 0}, 0, 0, ErrDamaged, "zstd"},
		{"zstd header cut", zst(t, pcap)[:5], 0, 0, io.ErrUnexpectedEOF, "zstd stream cut short"},
	} {
		t.Run(c.name, func(t *testing.T) {
			frames, _, err := readBytes(t, c.file)
			oneError(t, err, c.offset, c.kind, c.text)
			if len(frames) != c.frames {
				t.Errorf("%d frames, must be %d", len(frames), c.frames)
			}
		})
	}
}

// TestGzipCutAgainstOracle cuts gz streams of each kind of deflate block at every third octet: what
// zlib decompresses of the rest must be read, to the last packet.
func TestGzipCutAgainstOracle(t *testing.T) {
	pcap := somePcap(25)
	dir := t.TempDir()
	var files []string
	for name, file := range map[string][]byte{
		"dynamic": gz(t, pcap),
		"fixed":   gz(t, somePcap(3)),
		"members": slices.Concat(gz(t, pcap[:200]), gz(t, pcap[200:])),
		"stored":  gzLevel(t, somePcap(4), gzip.NoCompression),
		"huffman": gzLevel(t, pcap, gzip.HuffmanOnly),
	} {
		for cut := 2; cut <= len(file); cut += 3 {
			path := filepath.Join(dir, fmt.Sprintf("%s-%d.gz", name, cut))
			writeTo(t, path, file[:cut])
			files = append(files, path)
		}
	}
	compareGzipFrames(t, files)
}

// TestSharedGzipCutAgainstOracle does the same with large streams, of other compressors.
func TestSharedGzipCutAgainstOracle(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for _, name := range []string{"goprobe-default.pcap.gz", "zeek-telnet-unclosed-suboption.pcapng.gz"} {
		file, err := os.ReadFile(shared(t, "pcaps", name))
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i < 4; i++ {
			path := filepath.Join(dir, fmt.Sprintf("%d-%s", i, name))
			writeTo(t, path, file[:len(file)*i/5+i])
			files = append(files, path)
		}
	}
	compareGzipFrames(t, files)
}

func compareGzipFrames(t *testing.T, files []string) {
	t.Helper()
	want := oracleReadings(t, files)
	for _, file := range files {
		got := ownReading(t, file)
		if diff := cmp.Diff(want[file].Frames, got.Frames); diff != "" {
			t.Errorf("%s (-oracle +own):\n%.800s", filepath.Base(file), diff)
		}
		if (len(want[file].Texts) == 0) != (len(got.Texts) == 0) || len(got.Texts) > 1 {
			t.Errorf("%s: errors %q, the oracle's %q", filepath.Base(file), got.Texts, want[file].Texts)
		}
	}
	t.Logf("%d cut streams", len(files))
}

func gzLevel(t testing.TB, b []byte, level int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestZstdCut cuts a stream of two frames at every octet: always an error but where a frame ends,
// always the frames of the blocks before.
func TestZstdCut(t *testing.T) {
	pcap := somePcap(200)
	first := zst(t, pcap[:7000])
	file := slices.Concat(first, zst(t, pcap[7000:]))
	all, _, err := readBytes(t, file)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range file {
		got, _, err := readBytes(t, file[:cut])
		if cut == len(first) {
			oneError(t, err, 6986, io.ErrUnexpectedEOF, "cut short")
		} else if err == nil || !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, ErrNotCapture) && cut > 0 {
			t.Fatalf("cut at %d: error %v", cut, err)
		}
		if !slices.Equal(all[:len(got)], got) {
			t.Fatalf("cut at %d: %s", cut, cmp.Diff(all[:len(got)], got))
		}
		if cut > len(first) && len(got) == 0 {
			t.Fatalf("cut at %d: no frames of the first frame", cut)
		}
	}
}
