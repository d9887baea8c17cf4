package livetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program is the path of sagflow as it was built for the tests.
var program string //nolint:gochecknoglobals // TestMain has no other way to tell

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "sagflow-livetest")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "sagflow")
	build := exec.Command("go", "build", "-o", program, "github.com/sagflow/sagflow/cmd/sagflow")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build sagflow: %w\n%s", err, out)
	}
	return m.Run(), nil
}
