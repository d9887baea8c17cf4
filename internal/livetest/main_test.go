package livetest

import (
	"path/filepath"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// program and lab are the paths of sagflow and sagflow-lab as they were built for the tests.
var program, lab string //nolint:gochecknoglobals // TestMain has no other way to tell

func TestMain(m *testing.M) {
	testutil.Main(m, func(dir string) error {
		program, lab = filepath.Join(dir, "sagflow"), filepath.Join(dir, "sagflow-lab")
		return testutil.Build(dir)
	})
}
