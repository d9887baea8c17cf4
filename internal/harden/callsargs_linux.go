package harden

import (
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// Protocols that carry what is TCP, or much like it, past Landlock's rules for TCP ports (github.com/landlock-lsm/linux/issues/54).
// Go listens by MPTCP where it can, and by TCP where it is told that it can't.
const (
	protocolMPTCP = 262
	protocolSMC   = 256
)

// cloneNew are the flags of clone(2) that make a namespace.
const cloneNew = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWUSER |
	unix.CLONE_NEWPID | unix.CLONE_NEWNET

// conditional are the system calls that depend on their arguments. pid is this process.
func conditional(pid uint32) []condition {
	return append([]condition{
		{unix.SYS_SOCKET, sockets()},
		{unix.SYS_CLONE, threadsOnly()},
		{unix.SYS_MPROTECT, unlessBits(2, unix.PROT_EXEC)},
		{unix.SYS_IOCTL, unless(1, []uint32{unix.TIOCSTI, tiocLinux}, unix.EPERM)}, // keys into a terminal that others use
		{unix.SYS_PRCTL, onlyIf(0, prctlOptions(), unix.EPERM)},
		{unix.SYS_PRLIMIT64, onlyIf(0, []uint32{0, pid}, unix.EPERM)},
		// To itself alone, by which the runtime preempts goroutines and passes on a signal that ends the program.
		{unix.SYS_KILL, onlyIf(0, []uint32{pid}, unix.EPERM)},
		{unix.SYS_TGKILL, onlyIf(0, []uint32{pid}, unix.EPERM)},
	}, conditionalHere()...)
}

// tiocLinux is TIOCLINUX of ioctl_console(2), which golang.org/x/sys lacks; it is the same on all architectures here.
const tiocLinux = 0x541c

// sockets allows the families of addresses that a device has.
func sockets() []bpf.Instruction {
	families := []uint32{unix.AF_UNIX, unix.AF_INET, unix.AF_INET6, unix.AF_NETLINK, unix.AF_PACKET}
	p := []bpf.Instruction{argument(0)}
	for i, f := range families {
		p = append(p, equal(f, uint8(len(families)-i), 0))
	}
	p = append(p, fail(unix.EAFNOSUPPORT))
	return append(p, unless(2, []uint32{protocolMPTCP, protocolSMC, unix.IPPROTO_SCTP}, unix.EPROTONOSUPPORT)...)
}

// threadsOnly allows clone(2) to make a thread of this process, and nothing else. What the flags of clone3(2) are is in memory
// that no filter can see: it is unknown, and who tries it falls back.
func threadsOnly() []bpf.Instruction {
	return append([]bpf.Instruction{
		argument(0), bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: unix.CLONE_THREAD, SkipTrue: 1}, fail(unix.EPERM),
	}, unlessBits(0, cloneNew)...)
}

// prctlOptions are what the runtime, package cap and Current use: to ask, to name memory and threads, and no_new_privs.
func prctlOptions() []uint32 {
	return []uint32{
		unix.PR_SET_VMA, unix.PR_SET_NAME, unix.PR_GET_NAME, unix.PR_GET_DUMPABLE, unix.PR_GET_SECCOMP, unix.PR_GET_NO_NEW_PRIVS,
		unix.PR_SET_NO_NEW_PRIVS, unix.PR_CAPBSET_READ, unix.PR_GET_SECUREBITS, unix.PR_GET_KEEPCAPS,
	}
}
