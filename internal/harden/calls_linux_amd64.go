package harden

import (
	"slices"

	"golang.org/x/sys/unix"
)

const auditArch = unix.AUDIT_ARCH_X86_64

func allowedHere() []uint32 {
	return slices.Concat(allowedLegacy(), []uint32{
		unix.SYS_NEWFSTATAT, unix.SYS_FADVISE64, unix.SYS_SYNC_FILE_RANGE, unix.SYS_GETRLIMIT, unix.SYS_ACCEPT, unix.SYS_SELECT,
		unix.SYS_TIME,
	})
}

func refusedHere() []uint32 {
	return slices.Concat(refusedLegacy(), []uint32{
		unix.SYS_KEXEC_FILE_LOAD, unix.SYS_VFORK, unix.SYS_IOPL, unix.SYS_IOPERM, unix.SYS_MODIFY_LDT, unix.SYS_PKEY_MPROTECT,
	})
}

func conditionalHere() []condition {
	return []condition{{unix.SYS_MMAP, unlessBits(2, unix.PROT_EXEC)}}
}
