package endtoend

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/testutil"
)

// disk is a small file system that can be filled.
type disk struct {
	path string
	full bool
}

// diskSize is more than a schedule needs.
const diskSize = 4 << 20

// newDisk mounts a file system in memory at a path.
func newDisk(t *testing.T, path string) *disk {
	t.Helper()
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", path, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", diskSize)); err != nil {
		testutil.Missing(t, fmt.Sprintf("the right to mount a small disk (%v)", err), "Run the tests as root.")
	}
	t.Cleanup(func() {
		if err := unix.Unmount(path, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return &disk{path: path}
}

func (d *disk) filler() string { return filepath.Join(d.path, "filler") }

// fill leaves so many octets free, in pages of 4,096.
func (d *disk) fill(t *testing.T, free int64) {
	t.Helper()
	d.full = true
	f, err := os.OpenFile(d.filler(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil && !errors.Is(err, unix.ENOSPC) {
		t.Fatal(err)
	}
	if err != nil {
		return
	}
	page := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(page)
	}
	if !errors.Is(err, unix.ENOSPC) {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err == nil {
		err = f.Truncate(max(0, info.Size()-free))
	}
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func (d *disk) empty(t *testing.T) {
	t.Helper()
	d.full = false
	if err := os.Remove(d.filler()); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
}

// readOnly makes the disk read-only, or not.
func (d *disk) readOnly(t *testing.T, yes bool) {
	t.Helper()
	flags := uintptr(unix.MS_REMOUNT)
	if yes {
		flags |= unix.MS_RDONLY
	}
	if err := unix.Mount("tmpfs", d.path, "tmpfs", flags, fmt.Sprintf("size=%d,mode=0700", diskSize)); err != nil {
		t.Fatal(err)
	}
}

// someLoopback is an address of this machine that no other test has, for a server that is to come back to its port.
func someLoopback(seed uint64) string {
	return fmt.Sprintf("127.%d.%d.%d:0", 1+seed>>16%250, 1+seed>>8%250, 1+seed%250)
}
