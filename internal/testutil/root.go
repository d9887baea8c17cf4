package testutil

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Root returns the absolute path of the repository: the nearest folder upwards that has a go.mod.
func Root(tb testing.TB) string {
	tb.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		tb.Fatalf("find the repository: %v", err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			tb.Fatal("find the repository: no go.mod in this folder or above it")
		}
	}
}

// Testdata returns the path of a file in the repository's testdata.
func Testdata(tb testing.TB, name string) string {
	tb.Helper()
	return filepath.Join(Root(tb), "testdata", name)
}

// Captures lists the captures in a folder, sorted: *.pcap and *.pcapng, also with .gz or .zst.
func Captures(tb testing.TB, dir string) []string {
	tb.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		tb.Fatalf("list captures: %v", err)
	}
	var out []string
	for _, e := range entries {
		switch name := strings.TrimSuffix(strings.TrimSuffix(e.Name(), ".gz"), ".zst"); filepath.Ext(name) {
		case ".pcap", ".pcapng":
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	if len(out) == 0 {
		tb.Fatalf("list captures: none in %q", dir)
	}
	return out
}
