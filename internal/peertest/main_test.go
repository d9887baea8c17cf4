package peertest

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// waiting is how many tests run at once: most of them wait for a collector, so more than cores.
const waiting = 3

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
	if err := flag.Set("test.parallel", strconv.Itoa(waiting)); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "sagflow-peertest")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	build := exec.Command("go", "build", "-o", dir+"/", "github.com/sagflow/sagflow/cmd/...")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build the programs: %w\n%s", err, out)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		return 0, err
	}
	path := dir + ":" + filepath.Join(root, "bin") + ":" + os.Getenv("PATH") + ":/usr/sbin"
	if err := os.Setenv("PATH", path); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// sharedCaptures lists the shared captures.
func sharedCaptures(t *testing.T) []string {
	t.Helper()
	return testutil.Captures(t, testutil.Shared(t, "pcaps"))
}
