package harden

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_AARCH64

func allowedHere() []uint32 {
	return []uint32{
		unix.SYS_NEWFSTATAT, unix.SYS_RENAMEAT, unix.SYS_FADVISE64, unix.SYS_SYNC_FILE_RANGE, unix.SYS_GETRLIMIT,
		unix.SYS_ACCEPT,
	}
}

func refusedHere() []uint32 { return []uint32{unix.SYS_KEXEC_FILE_LOAD, unix.SYS_PKEY_MPROTECT} }

func conditionalHere() []condition {
	return []condition{{unix.SYS_MMAP, unlessBits(2, unix.PROT_EXEC)}}
}
