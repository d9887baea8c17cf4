package livetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program and lab are the paths of sagflow and sagflow-lab as they were built for the tests.
var program, lab string //nolint:gochecknoglobals // TestMain has no other way to tell

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
	program, lab = filepath.Join(dir, "sagflow"), filepath.Join(dir, "sagflow-lab")
	build := exec.Command("go", "build", "-o", dir+"/", "github.com/sagflow/sagflow/cmd/...")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build the programs: %w\n%s", err, out)
	}
	return m.Run(), nil
}
