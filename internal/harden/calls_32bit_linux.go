//go:build arm || 386 || mips || mipsle

package harden

import "golang.org/x/sys/unix"

// allowed32 are the forms that calls have on 32-bit machines for large files and for times after 2038.
func allowed32() []uint32 {
	return []uint32{
		unix.SYS__LLSEEK, unix.SYS_FCNTL64, unix.SYS_FSTAT64, unix.SYS_FSTATAT64, unix.SYS_STAT64, unix.SYS_LSTAT64,
		unix.SYS_STATFS64, unix.SYS_FSTATFS64, unix.SYS_TRUNCATE64, unix.SYS_FTRUNCATE64, unix.SYS_SENDFILE64, unix.SYS__NEWSELECT, unix.SYS_SIGRETURN,

		unix.SYS_CLOCK_GETTIME64, unix.SYS_CLOCK_GETRES_TIME64, unix.SYS_CLOCK_NANOSLEEP_TIME64, unix.SYS_FUTEX_TIME64,
		unix.SYS_PPOLL_TIME64, unix.SYS_PSELECT6_TIME64, unix.SYS_RECVMMSG_TIME64, unix.SYS_TIMER_SETTIME64,
		unix.SYS_UTIMENSAT_TIME64, unix.SYS_RT_SIGTIMEDWAIT_TIME64,
	}
}

// refused32 are such forms of calls that are refused everywhere.
func refused32() []uint32 { return []uint32{unix.SYS_CLOCK_SETTIME64, unix.SYS_CLOCK_ADJTIME64} }
