//go:build linux || darwin

package flowtable

import (
	"fmt"
	"syscall"
)

// reserve maps n octets of zeroed private memory outside the garbage collector's heap. Pages cost
// nothing until they are touched, so that a table reserves its limit and pays for what it holds.
func reserve(n int) ([]byte, error) {
	b, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, mapFlags)
	if err != nil {
		return nil, fmt.Errorf("reserve %d MiB of memory for flows (a smaller limit of flows needs less): %w", uint(n)>>20, err)
	}
	advise(b)
	return b, nil
}

func release(b []byte) error { return syscall.Munmap(b) }
