package peertest

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// waiting is how many tests run at once: most of them wait for a collector, so more than cores.
const waiting = 3

func TestMain(m *testing.M) {
	testutil.Main(m, func(dir string) error {
		if err := flag.Set("test.parallel", strconv.Itoa(waiting)); err != nil {
			return err
		}
		root, err := filepath.Abs("../..")
		if err != nil {
			return err
		}
		path := dir + ":" + filepath.Join(root, "bin") + ":" + os.Getenv("PATH") + ":/usr/sbin"
		return errors.Join(os.Setenv("PATH", path), testutil.Build(dir))
	})
}

// sharedCaptures lists the shared captures.
func sharedCaptures(t *testing.T) []string {
	t.Helper()
	return testutil.Captures(t, testutil.Shared(t, "pcaps"))
}
