package packagetest

import (
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
	testutil.Main(m, func(dir string) error {
		work = dir
		began := time.Now()
		var only []string
		if arch := os.Getenv("SAGFLOW_PACKAGE_ARCH"); arch != "" {
			only = []string{"-arch", arch}
		}
		if err := makePackages("../..", first(), firstVersion, only...); err != nil {
			return err
		}
		fmt.Printf("packages made in %v\n", time.Since(began).Round(time.Second))
		return os.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin")
	})
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

func architectures() []string { return []string{"amd64", "arm64", "arm", "mipsle", "mips"} }
