package harden

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
)

// Measure is one of the things that Apply does. Its text is what people read and configure.
type Measure string

// The measures, in the order in which they are taken.
const (
	// Privileges: another user, and few capabilities.
	Privileges Measure = "privileges"
	// NoNewPrivs: no_new_privs of prctl(2). Landlock and Seccomp need it.
	NoNewPrivs Measure = "no-new-privs"
	// Landlock: which files and TCP ports there are for this process.
	Landlock Measure = "landlock"
	// Seccomp: which system calls there are for this process.
	Seccomp Measure = "seccomp"
)

// Measures returns all measures in the order in which they are taken.
func Measures() []Measure { return []Measure{Privileges, NoNewPrivs, Landlock, Seccomp} }

// Options are what the process needs from now on. The zero value takes all measures and leaves next to nothing.
type Options struct {
	// User is the system user to become where root has started the process; "" stays root, with the same few capabilities.
	// Who is not root stays who it is.
	User string
	// KeepNetRaw and KeepNetAdmin keep CAP_NET_RAW (AF_PACKET sockets) and CAP_NET_ADMIN (promiscuous mode), where they
	// are permitted so far.
	KeepNetRaw, KeepNetAdmin bool

	// ReadPaths may be read, WritePaths read and written, a folder with all that is below it. They are absolute. A file is
	// known by its inode: who wants to read it again after it was replaced by another one of its name names its folder
	// as well. Paths that don't exist are left out, and reported. SystemPaths are always added.
	ReadPaths, WritePaths []string
	// ConnectTCP are the remote ports of TCP connections, beside 53 (DNS); ListenTCP the local ones, 0 for a free one.
	ConnectTCP, ListenTCP []uint16
	// AnyTCP leaves TCP alone.
	AnyTCP bool

	// Off are the measures that are not taken, each with the reason that is to be shown.
	Off map[Measure]string
}

// OptionError says that options can't be used. Nothing has changed then.
type OptionError struct {
	// Option is the field, Why what is wrong with it and what to do.
	Option, Why string
}

// Error names the option.
func (e *OptionError) Error() string {
	return fmt.Sprintf("harden the process: %s: %s", e.Option, e.Why)
}

// check finds what is wrong with the options by themselves.
func (o *Options) check() error {
	for _, m := range slices.Sorted(maps.Keys(o.Off)) {
		if !slices.Contains(Measures(), m) {
			return &OptionError{"Off", fmt.Sprintf("there is no measure %q: use %v", m, Measures())}
		}
		if o.Off[m] == "" {
			return &OptionError{"Off", fmt.Sprintf("%s is off without a reason: state one", m)}
		}
	}
	if !o.on(NoNewPrivs) && (o.on(Landlock) || o.on(Seccomp)) {
		return &OptionError{"Off", "landlock and seccomp need no-new-privs: switch them off, too"}
	}
	for field, paths := range map[string][]string{"ReadPaths": o.ReadPaths, "WritePaths": o.WritePaths} {
		for _, p := range paths {
			if !filepath.IsAbs(p) || filepath.Clean(p) == "/" {
				return &OptionError{field, fmt.Sprintf("%q: give an absolute path, and not the root of all", p)}
			}
		}
	}
	return nil
}

// on says whether a measure is to be taken.
func (o *Options) on(m Measure) bool {
	_, off := o.Off[m]
	return !off
}
