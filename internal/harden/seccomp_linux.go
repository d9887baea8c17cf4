package harden

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// filterCalls filters the system calls of all threads, unless that was done already. It returns why that isn't possible, ""
// where it is done.
func filterCalls() (impossible string, err error) {
	if auditArch == 0 {
		return "there is no list of system calls for " + runtime.GOARCH, nil
	}
	if filtered() {
		return "", nil
	}
	// A kernel that has filters looks at the program, and there is none (seccomp(2)).
	if errno := seccomp(0, nil); errno != unix.EFAULT {
		return fmt.Sprintf("this kernel has no system call filter (CONFIG_SECCOMP_FILTER): %v", errno), nil
	}
	code, err := bpf.Assemble(program(uint32(os.Getpid())))
	if err != nil || len(code) > math.MaxUint16 {
		return "", fmt.Errorf("assemble the system call filter: %d instructions, %w", len(code), err)
	}
	// Before Linux 5.16 a filter also switches off speculation, at a cost to all code, unless told not to; the kernel does that
	// for browsers, which run the code of others (Documentation/userspace-api/spec_ctrl.rst). Before 4.17 it can't be told.
	errno := seccomp(unix.SECCOMP_FILTER_FLAG_TSYNC|unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW, code)
	if errno == unix.EINVAL {
		errno = seccomp(unix.SECCOMP_FILTER_FLAG_TSYNC, code)
	}
	if errno != 0 {
		return "", fmt.Errorf("filter system calls: %w", os.NewSyscallError("seccomp", errno))
	}
	return "", nil
}

// seccomp is seccomp(2) with SECCOMP_SET_MODE_FILTER, which golang.org/x/sys lacks. ESRCH stands for a thread that could not
// follow, of which the system call returns the id.
func seccomp(flags uintptr, code []bpf.RawInstruction) unix.Errno {
	argument := unsafe.Pointer(nil)
	filter := make([]unix.SockFilter, len(code))
	for i, c := range code {
		filter[i] = unix.SockFilter{Code: c.Op, Jt: c.Jt, Jf: c.Jf, K: c.K}
	}
	if len(filter) > 0 {
		argument = unsafe.Pointer(&unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]})
	}
	thread, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(argument))
	if errno == 0 && thread != 0 {
		return unix.ESRCH
	}
	return errno
}

// probeOption is an option that prctl(2) doesn't have. The kernel calls it invalid, this package's filter, which knows what a
// device uses, forbids it.
const probeOption = 0x73616766

// filtered asks the kernel whether this very filter is in force: systemd may have set another one.
func filtered() bool {
	return errors.Is(unix.Prctl(probeOption, 0, 0, 0, 0), unix.EPERM)
}
