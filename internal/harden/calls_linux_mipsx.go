//go:build linux && (mips || mipsle)

package harden

import (
	"slices"

	"golang.org/x/sys/unix"
)

// allowedHere lacks syscall(2), number 4000 of the o32 ABI, which would call any other.
func allowedHere() []uint32 {
	return slices.Concat(allowedLegacy(), allowed32(), []uint32{
		unix.SYS_FADVISE64, unix.SYS_SYNC_FILE_RANGE, unix.SYS_GETRLIMIT, unix.SYS_ACCEPT, unix.SYS_SEND, unix.SYS_RECV,
		unix.SYS_TIME,
	})
}

func refusedHere() []uint32 {
	return slices.Concat(refusedLegacy(), refused32(), []uint32{unix.SYS_PKEY_MPROTECT, unix.SYS_SOCKETCALL})
}

// conditionalHere has both kinds of mmap: their third argument is the same.
func conditionalHere() []condition {
	return []condition{
		{unix.SYS_MMAP, unlessBits(2, unix.PROT_EXEC)},
		{unix.SYS_MMAP2, unlessBits(2, unix.PROT_EXEC)},
	}
}
