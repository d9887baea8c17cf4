package packagetest

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/testutil"
)

// TestReproducible: a copy of the tree, with other times and modes of its files, gives the same octets, wherever it lies.
func TestReproducible(t *testing.T) {
	tree, out := filepath.Join(t.TempDir(), "another", "place"), filepath.Join(t.TempDir(), "out")
	copyTree(t, testutil.Root(t), tree)
	t.Setenv("TZ", "Asia/Shanghai")
	t.Setenv("LANG", "C.UTF-8")
	umask := syscall.Umask(0o077)
	defer syscall.Umask(umask)
	if err := makePackages(tree, out, firstVersion, "-arch", "amd64,mips"); err != nil { // of all there are, made in the same way
		t.Fatal(err)
	}
	before := testutil.Read(t, filepath.Join(first(), "SHA256SUMS"))
	again := testutil.Read(t, filepath.Join(out, "SHA256SUMS"))
	if n := strings.Count(again, "\n"); n != 9+5 { // amd64, with the lab: 6 packages, 2 bills, a tarball; mips: 3, 1, 1
		t.Errorf("%d files:\n%s", n, again)
	}
	for line := range strings.Lines(again) {
		if !strings.Contains(before, line) {
			t.Errorf("other octets: %s", line)
		}
	}
}

// copyTree copies what git knows, or would, with modes for the owner alone.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	list := testutil.MustRun(t, time.Minute, "git", "-C", from, "ls-files", "-co", "--exclude-standard", "-z")
	for name := range strings.SplitSeq(strings.Trim(string(list), "\x00"), "\x00") {
		info, err := os.Stat(filepath.Join(from, name))
		if os.IsNotExist(err) {
			continue // removed, and not committed
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		testutil.Write(t, path, testutil.Read(t, filepath.Join(from, name)), info.Mode()&0o700)
	}
}

// TestSums: sha256sum finds all files as SHA256SUMS has them, and every file is there.
func TestSums(t *testing.T) {
	sums := testutil.Read(t, filepath.Join(first(), "SHA256SUMS"))
	script := `cd "$1" && sha256sum --quiet -c SHA256SUMS && ls | grep -v SHA256SUMS`
	for name := range strings.Lines(string(testutil.MustRun(t, time.Minute, "sh", "-c", script, "-", first()))) {
		if !strings.Contains(sums, "  "+name) {
			t.Errorf("%s is not in SHA256SUMS", name)
		}
	}
}
