package harden

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// probes are what a child tries. Those of needs must work always, the others are forbidden by one measure or another.
func probes() map[string]func(*place) error {
	all := map[string]func(*place) error{}
	for _, some := range []map[string]func(*place) error{fileProbes(), processProbes(), kernelProbes(), networkProbes(), needs()} {
		for name, run := range some {
			all[name] = run
		}
	}
	return all
}

func fileProbes() map[string]func(*place) error {
	return map[string]func(*place) error{
		"read outside":           func(p *place) error { return read(filepath.Join(p.Outside, "public")) },
		"read root's file":       func(p *place) error { return read(filepath.Join(p.Outside, "secret")) },
		"list the root":          func(*place) error { return list("/") },
		"write outside":          func(p *place) error { return write(filepath.Join(p.Outside, unique())) },
		"write what is read":     func(p *place) error { return write(filepath.Join(p.Config, "agent.yaml")) },
		"truncate what is read":  func(p *place) error { return os.Truncate(filepath.Join(p.Config, "agent.yaml"), 3) },
		"replace what is read":   replace,
		"move a file outside":    moveOutside,
		"make a FIFO":            func(p *place) error { return unix.Mkfifo(filepath.Join(p.State, unique()), 0o600) },
		"make a link":            func(p *place) error { return os.Symlink("/etc/passwd", filepath.Join(p.State, unique())) },
		"give a file away":       giveAway,
		"write a kernel setting": func(*place) error { return open("/proc/sys/kernel/core_pattern", os.O_WRONLY) },
	}
}

func processProbes() map[string]func(*place) error {
	return map[string]func(*place) error{
		"execute a program": func(*place) error { return unix.Exec("/bin/true", []string{"true"}, nil) },
		"start a program":   func(*place) error { return starts(0) },
		"start a program in a user namespace": func(*place) error {
			return starts(unix.CLONE_NEWUSER)
		},
		"trace the parent": func(p *place) error {
			return call(unix.SYS_PTRACE, unix.PTRACE_SEIZE, uintptr(p.Parent), 0, 0)
		},
		"read the parent's memory": func(p *place) error { return call(unix.SYS_PROCESS_VM_READV, uintptr(p.Parent), 0, 0, 0, 0, 0) },
		"signal the parent":        func(p *place) error { return unix.Kill(p.Parent, 0) },
		"signal a parent's thread": func(p *place) error { return call(unix.SYS_TGKILL, uintptr(p.Parent), uintptr(p.Parent), 0) },
		"limit the parent": func(p *place) error {
			return unix.Prlimit(p.Parent, unix.RLIMIT_NOFILE, nil, &unix.Rlimit{})
		},
		"become root":             func(*place) error { return call(unix.SYS_SETRESUID, 0, 0, 0) },
		"become root's group":     func(*place) error { return call(unix.SYS_SETRESGID, 0, 0, 0) },
		"take root's groups":      func(*place) error { return call(unix.SYS_SETGROUPS, 0, 0) },
		"raise a capability":      func(*place) error { return raise(unix.CAP_SYS_ADMIN) },
		"raise CAP_NET_ADMIN":     func(*place) error { return raise(unix.CAP_NET_ADMIN) },
		"map executable memory":   func(*place) error { return mapped(unix.PROT_READ|unix.PROT_EXEC, 0) },
		"make memory executable":  func(*place) error { return mapped(unix.PROT_READ, unix.PROT_READ|unix.PROT_EXEC) },
		"allow core dumps":        func(*place) error { return unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0) },
		"fork without a new name": func(*place) error { return call(unix.SYS_CLONE3, 0, 0) },
		"type into the terminal":  typeInto,
	}
}

func kernelProbes() map[string]func(*place) error {
	return map[string]func(*place) error{
		"mount":                   func(p *place) error { return unix.Mount("none", filepath.Join(p.Config, "mounts"), "tmpfs", 0, "") },
		"make a mount namespace":  func(*place) error { return unix.Unshare(unix.CLONE_NEWNS) },
		"make a user namespace":   func(*place) error { return unix.Unshare(unix.CLONE_NEWUSER) },
		"enter a namespace":       enterNamespace,
		"change the root":         func(*place) error { return unix.Chroot("/") },
		"load a BPF program":      func(*place) error { return call(unix.SYS_BPF, 5, 0, 0) },
		"read performance events": func(*place) error { return call(unix.SYS_PERF_EVENT_OPEN, 0, 0, 0, 0, 0) },
		"read a keyring": func(*place) error {
			_, err := unix.KeyctlGetKeyringID(unix.KEY_SPEC_PROCESS_KEYRING, true)
			return err
		},
		"load a kernel":       func(*place) error { return call(unix.SYS_KEXEC_LOAD, 0, 0, 0, 1<<30) },
		"load a module":       func(*place) error { return call(unix.SYS_INIT_MODULE, 0, 0, 0) },
		"reboot":              func(*place) error { return call(unix.SYS_REBOOT, 0, 0, 0) },
		"set the clock":       func(*place) error { return unix.ClockSettime(unix.CLOCK_REALTIME, &unix.Timespec{Nsec: -1}) },
		"make an io_uring":    func(*place) error { return call(unix.SYS_IO_URING_SETUP, 0, 0) },
		"handle page faults":  func(*place) error { return call(unix.SYS_USERFAULTFD, ^uintptr(0)) },
		"call what is new":    func(*place) error { return call(1000) },
		"call what is unused": func(*place) error { return call(unix.SYS_PIDFD_OPEN, uintptr(os.Getpid()), 0) },
		"filter system calls": func(*place) error { return call(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, 0) },
	}
}

func networkProbes() map[string]func(*place) error {
	return map[string]func(*place) error{
		"connect to another port": func(p *place) error { return connect(p.closed) },
		"listen on another port":  func(*place) error { return listen(47911) },
		"use an abstract socket":  func(p *place) error { return dial("unix", p.abstract) },
		"use TCP by another name": func(*place) error { return socket(unix.AF_INET, unix.SOCK_STREAM, protocolMPTCP) },
		"use a family of no use":  func(*place) error { return socket(unix.AF_VSOCK, unix.SOCK_STREAM, 0) },
	}
}

func read(path string) error {
	_, err := os.ReadFile(path)
	return err
}

func open(path string, flags int) error {
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func list(path string) error {
	_, err := os.ReadDir(path)
	return err
}

func write(path string) error { return open(path, os.O_WRONLY|os.O_CREATE) }

// unique is a name that no other probe has.
func unique() string { return fmt.Sprintf("t%d", unix.Gettid()) }

func moveOutside(p *place) error {
	from := filepath.Join(p.State, unique())
	return errors.Join(write(from), os.Rename(from, filepath.Join(p.Outside, unique()+"moved")))
}

func replace(p *place) error {
	from := filepath.Join(p.Config, "agent.yaml")
	return errors.Join(os.Rename(from, from+".bak"), os.Rename(from+".bak", from))
}

func giveAway(p *place) error {
	path := filepath.Join(p.State, unique())
	return errors.Join(write(path), os.Chown(path, 12345, 12345))
}

// call is any system call.
func call(number uintptr, arguments ...uintptr) error {
	var a [6]uintptr
	copy(a[:], arguments)
	if _, _, errno := unix.RawSyscall6(number, a[0], a[1], a[2], a[3], a[4], a[5]); errno != 0 {
		return errno
	}
	return nil
}

// starts starts a program by clone(2) with flags. Package os/exec would open /dev/null before.
func starts(flags uintptr) error {
	pid, err := syscall.ForkExec("/bin/true", []string{"true"}, &syscall.ProcAttr{Sys: &syscall.SysProcAttr{Cloneflags: flags}})
	if err != nil {
		return err
	}
	_, err = unix.Wait4(pid, nil, 0, nil)
	return err
}

// raise adds a capability to this thread's.
func raise(c uint) error {
	header := &unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(header, &data[0]); err != nil {
		return err
	}
	data[c/32].Permitted |= 1 << (c % 32)
	data[c/32].Effective |= 1 << (c % 32)
	return unix.Capset(header, &data[0])
}

func mapped(protection, later int) error {
	m, err := unix.Mmap(-1, 0, os.Getpagesize(), protection, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil || later == 0 {
		return err
	}
	return unix.Mprotect(m, later)
}

// typeInto would put a character into a terminal; a pipe is none.
func typeInto(*place) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	defer w.Close()
	c := byte('x')
	return call(unix.SYS_IOCTL, r.Fd(), unix.TIOCSTI, uintptr(unsafe.Pointer(&c)))
}

func enterNamespace(*place) error {
	f, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Setns(int(f.Fd()), unix.CLONE_NEWNET)
}

func connect(port uint16) error { return dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)) }

func dial(network, address string) error {
	c, err := net.DialTimeout(network, address, patience)
	if err != nil {
		return err
	}
	return c.Close()
}

// listen is by classic TCP, as Landlock sees it.
func listen(port int) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Bind(fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
}

func socket(family, kind, protocol int) error {
	fd, err := unix.Socket(family, kind, protocol)
	if err != nil {
		return err
	}
	return unix.Close(fd)
}

// manyThreads has as many threads in a system call at once, and the garbage collector and timers at work.
func manyThreads(*place) error {
	const count = 64
	errs, release := make(chan error), make(chan struct{})
	for range count {
		go func() {
			runtime.LockOSThread()
			garbage := make([][]byte, 0, 64)
			for range 64 {
				garbage = append(garbage, make([]byte, 32<<10))
			}
			err := unix.Nanosleep(&unix.Timespec{Nsec: 1e6}, nil)
			<-release
			runtime.KeepAlive(garbage)
			if errors.Is(err, unix.EINTR) { // the runtime's own signals
				err = nil
			}
			errs <- err
		}()
	}
	timer := time.AfterFunc(time.Millisecond, func() { close(release) })
	defer timer.Stop()
	for range count {
		select {
		case err := <-errs:
			if err != nil {
				return err
			}
		case <-time.After(patience):
			return errors.New("a thread does not end")
		}
	}
	runtime.GC()
	return nil
}
