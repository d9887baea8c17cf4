package udp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/sagflow/sagflow/exporter"
)

func TestReasonOf(t *testing.T) {
	for e, want := range map[syscall.Errno]exporter.DropReason{
		syscall.ECONNREFUSED:  exporter.DropRefused,
		syscall.ENETUNREACH:   exporter.DropUnreachable,
		syscall.EHOSTUNREACH:  exporter.DropUnreachable,
		syscall.ENETDOWN:      exporter.DropUnreachable,
		syscall.EADDRNOTAVAIL: exporter.DropUnreachable,
		syscall.EPERM:         exporter.DropForbidden,
		syscall.EACCES:        exporter.DropForbidden,
		syscall.ENOBUFS:       exporter.DropBufferFull,
		syscall.EAGAIN:        exporter.DropBufferFull,
		syscall.EIO:           exporter.DropFailed,
		0:                     exporter.DropFailed,
	} {
		if got := reasonOf(e); got != want {
			t.Errorf("reasonOf(%v) = %v, want %v", e, got, want)
		}
	}
}

func TestErrnoIsFoundWithin(t *testing.T) {
	err := fmt.Errorf("open: %w", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ENETUNREACH)})
	if got := errno(err); got != syscall.ENETUNREACH {
		t.Errorf("errno = %v, want ENETUNREACH", got)
	}
	if got := errno(context.Canceled); got != 0 {
		t.Errorf("errno of another error = %v, want 0", got)
	}
}

func TestMayPass(t *testing.T) {
	for e, want := range map[syscall.Errno]bool{
		syscall.ENETUNREACH:   true,
		syscall.EHOSTUNREACH:  true,
		syscall.EACCES:        true,
		syscall.EADDRNOTAVAIL: false,
		syscall.EMFILE:        false,
		syscall.EINVAL:        false,
	} {
		if got := mayPass(e); got != want {
			t.Errorf("mayPass(%v) = %v, want %v", e, got, want)
		}
	}
}

func TestFailKeepsTheError(t *testing.T) {
	tr := &Transport{}
	first := tr.fail(syscall.ECONNREFUSED)
	if again := tr.fail(syscall.ECONNREFUSED); !same(again, first) {
		t.Error("the same failure made another error value")
	}
	if other := tr.fail(syscall.EPERM); same(other, first) {
		t.Error("another failure got the same error value")
	}
}

func TestPlateau(t *testing.T) {
	for packet, want := range map[int]int{65535: 32000, 9000: 8166, 1500: 1492, 1492: 1280, 1280: 1006, 296: 68, 68: 68, 10: 68} {
		if got := plateau(packet); got != want {
			t.Errorf("plateau(%d) = %d, want %d", packet, got, want)
		}
	}
}

// same says that both are one value, which is more than errors.Is asks.
func same(a, b error) bool {
	x, _ := errors.AsType[*exporter.SendError](a)
	y, _ := errors.AsType[*exporter.SendError](b)
	return x == y
}
