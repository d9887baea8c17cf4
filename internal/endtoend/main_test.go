package endtoend

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// waiting is how many tests run at once: nearly all of their time they wait for the next poll.
const waiting = 8

func TestMain(m *testing.M) {
	testutil.Main(m, func(dir string) error {
		programs = sync.OnceValues(func() (string, error) { return dir, testutil.Build(dir) })
		return flag.Set("test.parallel", strconv.Itoa(waiting))
	})
}

// programs builds both programs, once, and returns their folder.
var programs func() (string, error)

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
