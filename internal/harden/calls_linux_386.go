package harden

import (
	"slices"

	"golang.org/x/sys/unix"
)

const auditArch = unix.AUDIT_ARCH_I386

// allowedHere has socketcall(2), by which Go opens sockets here. Its arguments are in memory, so that the filter sees neither
// families nor protocols. The old mmap(2) is missing for the same reason.
func allowedHere() []uint32 {
	return slices.Concat(allowedLegacy(), allowed32(), []uint32{
		unix.SYS_SOCKETCALL, unix.SYS_SET_THREAD_AREA, unix.SYS_FADVISE64, unix.SYS_FADVISE64_64, unix.SYS_SYNC_FILE_RANGE,
		unix.SYS_UGETRLIMIT, unix.SYS_GETUID32, unix.SYS_GETEUID32, unix.SYS_GETGID32, unix.SYS_GETEGID32, unix.SYS_GETRESUID32,
		unix.SYS_GETRESGID32, unix.SYS_GETGROUPS32, unix.SYS_TIME,
	})
}

func refusedHere() []uint32 {
	return slices.Concat(refusedLegacy(), refused32(), refusedIDs32(), []uint32{
		unix.SYS_VFORK, unix.SYS_IOPL, unix.SYS_IOPERM, unix.SYS_MODIFY_LDT, unix.SYS_PKEY_MPROTECT,
	})
}

func conditionalHere() []condition {
	return []condition{{unix.SYS_MMAP2, unlessBits(2, unix.PROT_EXEC)}}
}
