//go:build !linux

package endtoend

import (
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// disk is a small file system that can be filled.
type disk struct {
	path string
	full bool
}

func newDisk(t *testing.T, _ string) *disk {
	t.Helper()
	testutil.Missing(t, "a small disk", "Run the tests on Linux.")
	return nil
}

func (d *disk) fill(*testing.T, int64)    {}
func (d *disk) empty(*testing.T)          {}
func (d *disk) readOnly(*testing.T, bool) {}

// someLoopback is an address of this machine.
func someLoopback(uint64) string { return anyPort }
