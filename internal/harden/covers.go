package harden

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// RestartError says that options ask for more than is in force; only a new process can have it.
type RestartError struct {
	// More are the things that are asked for in vain.
	More []string
}

// Error says what to do.
func (e *RestartError) Error() string {
	return "restart needed, the hardening in force does not allow: " + strings.Join(e.More, ", ")
}

// Covers says whether a process that has applied o can do what other options ask for; a *RestartError says what it can't do.
// A measure that is to be on or off other than it is now needs a restart, too.
func (o *Options) Covers(wanted *Options) error {
	var more []string
	for _, m := range Measures() {
		if o.on(m) != wanted.on(m) {
			more = append(more, fmt.Sprintf("%s switched to %s", m, map[bool]string{true: "on", false: "off"}[wanted.on(m)]))
		}
	}
	if o.on(Privileges) {
		more = append(more, o.moreRights(wanted)...)
	}
	if o.on(Landlock) {
		more = append(more, o.morePaths(wanted)...)
		more = append(more, o.morePorts(wanted)...)
	}
	if len(more) > 0 {
		return &RestartError{more}
	}
	return nil
}

func (o *Options) moreRights(wanted *Options) (more []string) {
	if o.User != wanted.User {
		more = append(more, fmt.Sprintf("user %q", wanted.User))
	}
	if wanted.KeepNetRaw && !o.KeepNetRaw {
		more = append(more, "CAP_NET_RAW")
	}
	if wanted.KeepNetAdmin && !o.KeepNetAdmin {
		more = append(more, "CAP_NET_ADMIN")
	}
	return more
}

func (o *Options) morePaths(wanted *Options) (more []string) {
	readable := slices.Concat(o.ReadPaths, o.WritePaths, SystemPaths())
	for _, p := range wanted.ReadPaths {
		if !below(p, readable) {
			more = append(more, fmt.Sprintf("reading %q", p))
		}
	}
	for _, p := range wanted.WritePaths {
		if !below(p, o.WritePaths) {
			more = append(more, fmt.Sprintf("writing %q", p))
		}
	}
	return more
}

func (o *Options) morePorts(wanted *Options) (more []string) {
	if o.AnyTCP {
		return nil
	}
	if wanted.AnyTCP {
		return []string{"TCP to any port"}
	}
	for _, port := range wanted.ConnectTCP {
		if port != dnsPort && !slices.Contains(o.ConnectTCP, port) {
			more = append(more, fmt.Sprintf("TCP to port %d", port))
		}
	}
	for _, port := range wanted.ListenTCP {
		if !slices.Contains(o.ListenTCP, port) {
			more = append(more, fmt.Sprintf("listening on TCP port %d", port))
		}
	}
	return more
}

// below says whether a path is one of the others, or in one of them, links resolved as far as they exist.
func below(path string, others []string) bool {
	path = resolved(path)
	return slices.ContainsFunc(others, func(other string) bool {
		rest, err := filepath.Rel(resolved(other), path)
		return err == nil && filepath.IsLocal(rest)
	})
}

// resolved is a path without links. Of one that doesn't exist, the part that does is without them.
func resolved(path string) string {
	for rest := ""; ; {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			return filepath.Join(target, rest)
		}
		if parent := filepath.Dir(path); parent != path {
			path, rest = parent, filepath.Join(filepath.Base(path), rest)
			continue
		}
		return filepath.Join(path, rest)
	}
}

// dnsPort is where resolvers also listen for TCP.
const dnsPort = 53
