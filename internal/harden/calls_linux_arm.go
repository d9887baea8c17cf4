package harden

import (
	"slices"

	"golang.org/x/sys/unix"
)

// auditArch is that of the little-endian EABI, the only one that Go has.
const auditArch = unix.AUDIT_ARCH_ARM

func allowedHere() []uint32 {
	return slices.Concat(allowedLegacy(), allowed32(), []uint32{
		unix.SYS_ARM_FADVISE64_64, unix.SYS_ARM_SYNC_FILE_RANGE, unix.SYS_UGETRLIMIT, unix.SYS_ACCEPT, unix.SYS_SEND, unix.SYS_RECV,
		unix.SYS_GETUID32, unix.SYS_GETEUID32, unix.SYS_GETGID32, unix.SYS_GETEGID32, unix.SYS_GETRESUID32,
		unix.SYS_GETRESGID32, unix.SYS_GETGROUPS32,
	})
}

func refusedHere() []uint32 {
	return slices.Concat(refusedLegacy(), refused32(), refusedIDs32(), []uint32{unix.SYS_VFORK, unix.SYS_PKEY_MPROTECT})
}

func conditionalHere() []condition {
	return []condition{{unix.SYS_MMAP2, unlessBits(2, unix.PROT_EXEC)}}
}
