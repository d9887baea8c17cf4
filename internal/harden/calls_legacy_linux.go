//go:build amd64 || arm || 386 || mips || mipsle

package harden

import "golang.org/x/sys/unix"

// allowedLegacy are the older forms of calls that are allowed everywhere. Architectures since arm64 don't have them.
func allowedLegacy() []uint32 {
	return []uint32{
		unix.SYS_OPEN, unix.SYS_STAT, unix.SYS_LSTAT, unix.SYS_ACCESS, unix.SYS_READLINK, unix.SYS_MKDIR, unix.SYS_RMDIR,
		unix.SYS_UNLINK, unix.SYS_RENAME, unix.SYS_RENAMEAT, unix.SYS_CHMOD, unix.SYS_GETDENTS, unix.SYS_PIPE, unix.SYS_DUP2, unix.SYS_POLL,
		unix.SYS_EPOLL_CREATE, unix.SYS_EPOLL_WAIT, unix.SYS_EVENTFD, unix.SYS_INOTIFY_INIT, unix.SYS_PAUSE, unix.SYS_GETPGRP,
		unix.SYS_UTIMES, unix.SYS_FUTIMESAT,
	}
}

// refusedLegacy are the older forms of calls that are refused everywhere.
func refusedLegacy() []uint32 {
	return []uint32{
		unix.SYS_FORK, unix.SYS_CHOWN, unix.SYS_LCHOWN, unix.SYS_MKNOD, unix.SYS_USELIB, unix.SYS_USTAT,
	}
}
