package endtoend

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// waiting is how many tests run at once: nearly all of their time they wait for the next poll.
const waiting = 8

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
	dir, err := os.MkdirTemp("", "sagflow-endtoend")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	programs = sync.OnceValues(func() (string, error) { return dir, build(dir) })
	return m.Run(), nil
}

// programs builds both programs, once, and returns their folder.
var programs func() (string, error)

func build(dir string) error {
	cmd := exec.Command("go", "build", "-o", dir+"/", "github.com/sagflow/sagflow/cmd/...")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the programs: %w\n%s", err, out)
	}
	return nil
}

// program returns the path of a program.
func program(t *testing.T, name string) string {
	t.Helper()
	dir, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}

// environment is this process's without what would choose keys or an API, and with more.
func environment(more ...string) []string {
	var kept []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "ALIBABA_CLOUD_") && !strings.HasPrefix(v, "SAGFLOW_") {
			kept = append(kept, v)
		}
	}
	return append(kept, more...)
}

// noEnvironment is an empty one.
func noEnvironment(string) string { return "" }
