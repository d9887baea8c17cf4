package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/zstd"

	"github.com/sagflow/sagflow/internal/testutil"
)

// The committed files are what the generator makes.
func TestCurrent(t *testing.T) {
	if err := compare(filepath.Join(testutil.Root(t), "testdata"), generate()); err != nil {
		t.Error(err)
	}
}

func TestDeterministic(t *testing.T) {
	if diff := cmp.Diff(generate(), generate(), cmp.AllowUnexported(output{})); diff != "" {
		t.Error(diff)
	}
}

// The oracle, reading the captures, finds what the generator, which made them, says is in them.
func TestTruthByOracle(t *testing.T) {
	for _, f := range captures() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			path := oracleReadable(t, f)
			for _, mode := range []struct {
				args  []string
				rules rules
			}{
				{[]string{"--frag", "zero"}, modes[0].rules},
				{[]string{"--frag", "first"}, modes[1].rules},
				{[]string{"--active", "60", "--inactive", "15"}, modes[2].rules},
			} {
				want, err := testutil.ParseTruth(sum(f.frames, mode.rules).appendTSV(nil))
				if err != nil {
					t.Fatal(err)
				}
				got := testutil.Oracle(t, append(mode.args, path)...)
				diff := cmp.Diff(want, got, cmpopts.IgnoreFields(testutil.Truth{}, "Notes", "FileErrors"),
					cmpopts.EquateComparable(testutil.Flow{}), cmpopts.EquateEmpty())
				if diff != "" {
					t.Errorf("%v: generator -, oracle +\n%s", mode.args, diff)
				}
				if damagedFile := f.wrong != "" && !strings.Contains(f.wrong, "link type"); damagedFile != (len(got.FileErrors) > 0) {
					t.Errorf("oracle finds %q wrong; the file's error is %q", got.FileErrors, f.wrong)
				}
			}
		})
	}
}

// oracleReadable returns a path of the capture that the oracle can read: it knows no zstd.
func oracleReadable(t *testing.T, f file) string {
	path := filepath.Join(t.TempDir(), f.name)
	data := f.data
	if strings.HasSuffix(path, ".zst") {
		path = strings.TrimSuffix(path, ".zst")
		data = unzstd(t, data)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func unzstd(t *testing.T, b []byte) []byte {
	d, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	out, err := d.DecodeAll(b, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestStoredFormats(t *testing.T) {
	for _, n := range []int{0, 1, 0xffff, 0x10000, 0x10001, 200_000} {
		want := fill(n)
		r, err := gzip.NewReader(bytes.NewReader(gzipStored(want)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("gzip of %d octets: %d back, error %v", n, len(got), err)
		}
		if got := unzstd(t, zstdStored(want)); !bytes.Equal(got, want) {
			t.Errorf("zstd of %d octets: %d back", n, len(got))
		}
	}
}

// The demonstration shows what it promises: both ends of aging, IPv6, a VLAN, fragments, no IP.
func TestDemo(t *testing.T) {
	frames := newOffice().build()
	aged := sum(frames, modes[2].rules)
	ends, six := map[string]int{}, 0
	for _, r := range aged.records {
		ends[r.end]++
		if r.src.Is6() {
			six++
		}
	}
	for _, end := range []string{"idle", "active", "eof"} {
		if ends[end] == 0 {
			t.Errorf("no record ends by %s: %v", end, ends)
		}
	}
	if six < len(aged.records)/10 {
		t.Errorf("%d of %d records are IPv6, want a tenth or more", six, len(aged.records))
	}
	for _, name := range []string{"0x0806", "0x88cc", "llc dsap 0x42"} {
		if aged.nonIP[name] == 0 {
			t.Errorf("no frame of %s: %v", name, aged.nonIP)
		}
	}
	if len(sum(frames, rules{}).records) == len(sum(frames, rules{firstFragment: true}).records) {
		t.Error("fragments make no difference")
	}
}

func TestWriteAndCompare(t *testing.T) {
	dir := t.TempDir()
	files := []output{{"a.pcap", []byte("a")}, {"a.pcap.truth.tsv", []byte("b")}}
	if err := os.WriteFile(filepath.Join(dir, "old.pcap.truth.tsv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := compare(dir, files); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("an empty folder with a stranger: error %v, want three", err)
	}
	if err := write(dir, files); err != nil {
		t.Fatal(err)
	}
	if err := compare(dir, files); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.pcap"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := compare(dir, files); err == nil {
		t.Error("a changed file is not noticed")
	}
}
