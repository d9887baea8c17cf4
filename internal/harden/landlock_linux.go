package harden

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// Versions of Landlock's ABI, landlock(7).
const (
	// abiRefer (Linux 5.19) can allow renames between folders, which the spool's control socket needs.
	abiRefer = 2
	// abiTCP (Linux 6.7) knows TCP ports, abiIoctl (6.10) ioctl(2) on devices, abiScoped (6.12) signals and abstract sockets.
	abiTCP, abiIoctl, abiScoped = 4, 5, 6
)

// What rules allow. Nothing is ever executed, no device, FIFO or link made.
const (
	readFile  landlock.AccessFSSet = ll.AccessFSReadFile
	readDir   landlock.AccessFSSet = readFile | ll.AccessFSReadDir
	writeFile landlock.AccessFSSet = readFile | ll.AccessFSWriteFile | ll.AccessFSTruncate
	writeDir  landlock.AccessFSSet = writeFile | readDir | ll.AccessFSMakeDir | ll.AccessFSMakeReg | ll.AccessFSMakeSock |
		ll.AccessFSRemoveDir | ll.AccessFSRemoveFile | ll.AccessFSRefer
)

// What is ruled: all that ABI 7 knows. What later ones add is left alone: UDP ports (10), since a FlowLog may name any
// collector, and sockets with a path (9), since systemd's is one.
const (
	ruledFS     landlock.AccessFSSet  = ll.AccessFSIoctlDev<<1 - 1
	ruledNet    landlock.AccessNetSet = ll.AccessNetBindTCP | ll.AccessNetConnectTCP
	ruledScopes landlock.ScopedSet    = ll.ScopeAbstractUnixSocket | ll.ScopeSignal
)

// restrict puts all threads into a Landlock domain. It returns why that isn't possible, "" where it is done.
func (o *Options) restrict(skipped *[]string) (impossible string, err error) {
	abi, why := landlockABI()
	if why != "" {
		return why, nil
	}
	if abi < abiRefer {
		return fmt.Sprintf("ABI %d of this kernel forbids every rename between folders (Linux 5.19 can allow it)", abi), nil
	}
	rules := o.fileRules(skipped)
	config := landlock.Config{HandledAccessFS: ruledFS, Scoped: ruledScopes}
	if !o.AnyTCP {
		config.HandledAccessNet = ruledNet
		rules = append(rules, o.portRules()...)
	}
	// Best effort is about the kernel's version: rules that it lacks are left out, and the report names the version.
	if err := config.BestEffort().Restrict(rules...); err != nil {
		return "", fmt.Errorf("restrict the process by Landlock: %w", err)
	}
	return "", nil
}

// landlockABI asks the kernel for its version of Landlock, and says why there is none.
func landlockABI() (abi int, why string) {
	abi, err := ll.LandlockGetABIVersion()
	switch {
	case err == nil:
		return abi, ""
	case errors.Is(err, syscall.EOPNOTSUPP):
		return 0, "the kernel has Landlock, but it is not among its active security modules: add it to lsm= on its command line"
	case errors.Is(err, syscall.ENOSYS):
		return 0, "this kernel has no Landlock (Linux 5.19 and later, CONFIG_SECURITY_LANDLOCK)"
	case errors.Is(err, syscall.EPERM):
		return 0, "whoever started this process filters Landlock's system calls out, as systemd-nspawn does: add them there"
	}
	return 0, fmt.Sprintf("the kernel does not tell its Landlock version: %v", err)
}

func (o *Options) fileRules(skipped *[]string) []landlock.Rule {
	var rules []landlock.Rule
	add := func(path string, file, dir landlock.AccessFSSet) error {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if info.IsDir() {
			file = dir
		}
		rules = append(rules, landlock.PathAccess(file, path))
		return nil
	}
	note := func(path string, err error) {
		if err != nil {
			*skipped = append(*skipped, fmt.Sprintf("%q: %v", path, pathless(err)))
		}
	}
	for _, p := range SystemPaths() {
		_ = add(p, readFile, readDir) // which of them there are is the system's affair
	}
	for _, p := range o.ReadPaths {
		note(p, add(p, readFile, readDir))
	}
	for _, p := range o.WritePaths {
		note(p, add(p, writeFile, writeDir))
	}
	return rules
}

func (o *Options) portRules() []landlock.Rule {
	var rules []landlock.Rule
	for _, port := range slices.Concat(o.ConnectTCP, []uint16{dnsPort}) {
		rules = append(rules, landlock.ConnectTCP(port))
	}
	for _, port := range o.ListenTCP {
		rules = append(rules, landlock.BindTCP(port))
	}
	return rules
}

// reach says what the kernel's version rules over.
func reach(abi int) string {
	errata, err := ll.LandlockGetErrata()
	// go-landlock leaves the scopes out where a thread could not signal another one of its own process (erratum 2).
	return reachOf(abi, err == nil && errata&2 != 0)
}

func reachOf(abi int, signals bool) string {
	text := fmt.Sprintf("ABI %d: files", abi)
	if abi >= abiIoctl {
		text += ", devices"
	}
	if abi < abiTCP {
		return text + "; TCP ports need Linux 6.7"
	}
	text += ", TCP ports"
	if abi >= abiScoped && signals {
		text += ", signals, abstract sockets"
	}
	return text
}

// confined finds out whether Landlock is in force, which no file tells: it opens the root of all, which no rule allows, and
// which could be opened otherwise.
func confined() bool {
	info, err := os.Stat("/")
	if err != nil || info.Mode().Perm()&0o004 == 0 && os.Getuid() != 0 {
		return false
	}
	f, err := os.Open("/")
	if err == nil {
		_ = f.Close()
	}
	return errors.Is(err, syscall.EACCES)
}
