package packagetest

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/testutil"
)

// What the versions under test are called, and the commit's time of both.
const (
	firstVersion  = "v1.0.0"
	secondVersion = "v1.0.1"
	commitTime    = "1700000000"
)

// work is the folder of the run; first and second are in it.
var work string //nolint:gochecknoglobals // it is made once for all tests

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if work, err = os.MkdirTemp("", "sagflow-packagetest"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	began := time.Now()
	var only []string
	if arch := os.Getenv("SAGFLOW_PACKAGE_ARCH"); arch != "" {
		only = []string{"-arch", arch}
	}
	if err := makePackages("../..", first(), firstVersion, only...); err != nil {
		return 0, err
	}
	fmt.Printf("packages made in %v\n", time.Since(began).Round(time.Second))
	if err := os.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin"); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// first is the folder of the packages of all architectures.
func first() string { return filepath.Join(work, "first") }

// makePackages makes packages as `make packages` does, from the tree in dir.
func makePackages(dir, out, version string, more ...string) error {
	args := append([]string{"run", "./internal/tools/packages", "-o", out, "-version", version}, more...)
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+commitTime)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("make packages in %q: %w", dir, err)
	}
	return nil
}

// file is the only package that a pattern matches.
func file(t *testing.T, dir, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: found %q, %v", pattern, found, err)
	}
	return found[0]
}

// unpack returns the folder that the tarball of an architecture was unpacked into.
func unpack(t *testing.T, arch string) string {
	t.Helper()
	dir := t.TempDir()
	testutil.MustRun(t, time.Minute, "tar", "-xzf", file(t, first(), "sagflow_*_openwrt_"+arch+".tar.gz"), "-C", dir)
	return dir
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func architectures() []string { return []string{"amd64", "arm64", "arm", "mipsle", "mips"} }
