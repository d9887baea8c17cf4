//go:build arm || 386

package harden

import "golang.org/x/sys/unix"

// refusedIDs32 are the calls that change ids of 32 bits where the first ones had 16.
func refusedIDs32() []uint32 {
	return []uint32{
		unix.SYS_SETUID32, unix.SYS_SETGID32, unix.SYS_SETREUID32, unix.SYS_SETREGID32, unix.SYS_SETRESUID32, unix.SYS_SETRESGID32,
		unix.SYS_SETFSUID32, unix.SYS_SETFSGID32, unix.SYS_SETGROUPS32, unix.SYS_CHOWN32, unix.SYS_LCHOWN32, unix.SYS_FCHOWN32,
	}
}
