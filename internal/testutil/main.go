package testutil

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// Main is TestMain of tests that need a folder: setup makes in it what they need before any of them runs, and knows
// the flags of the command line. It is removed at the end.
func Main(m *testing.M, setup func(dir string) error) {
	flag.Parse()
	code, err := mainIn(m, setup)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func mainIn(m *testing.M, setup func(dir string) error) (code int, err error) {
	dir, err := os.MkdirTemp("", "sagflow-test")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := setup(dir); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// Build builds sagflow and sagflow-lab into a folder, without cgo, as they are released.
func Build(dir string) error {
	cmd := exec.Command("go", "build", "-o", dir+"/", "github.com/sagflow/sagflow/cmd/...")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the programs: %w\n%s", err, out)
	}
	return nil
}
