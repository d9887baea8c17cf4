package config

import "strings"

// Hardening is what the device gives up once it has started. All of it is on unless switched off.
type Hardening struct {
	// Landlock restricts files and ports (landlock(7)), Seccomp system calls (seccomp(2)).
	Landlock, Seccomp bool
	// DropPrivileges goes on as User, with the capabilities alone that capturing needs, where the process
	// was started as root.
	DropPrivileges bool
	// NoNewPrivs keeps programs from granting privileges (PR_SET_NO_NEW_PRIVS, prctl(2)).
	NoNewPrivs bool
	// User is the name of a user of this machine.
	User string
}

// hardeningKeys are the rows of what the device gives up.
func hardeningKeys() []key {
	return []key{
		{
			path: "hardening.landlock", value: "true", field: one(func(d *draft) *bool { return &d.Live.Hardening.Landlock }, truth()),
			about: "Open only the files and reach only the ports that this configuration needs (Landlock), where the kernel can.",
		},
		{
			path: "hardening.seccomp", value: "true", field: one(func(d *draft) *bool { return &d.Live.Hardening.Seccomp }, truth()),
			about: "Make only the system calls that a device needs (seccomp).",
		},
		{
			path: "hardening.drop-privileges", value: "true", field: one(func(d *draft) *bool { return &d.Live.Hardening.DropPrivileges }, truth()),
			about: "Started as root: go on as `user`, with the capabilities alone that capturing needs.",
		},
		{
			path: "hardening.no-new-privs", value: "true", field: one(func(d *draft) *bool { return &d.Live.Hardening.NoNewPrivs }, truth()),
			about: "Let no program that is executed gain privileges (no_new_privs). `landlock` and `seccomp` need it.",
		},
		{
			path: "hardening.user", value: "sagflow", field: one(func(d *draft) *string { return &d.Live.Hardening.User }, text("a user of this machine by name, as sagflow", `[a-z_][a-z0-9_-]{0,30}[a-z0-9_$-]?`)),
			about: "Who the device goes on as.",
		},
	}
}

// checkHardening refuses what the kernel would: without CAP_SYS_ADMIN Landlock and seccomp need no_new_privs.
func (d *decoder) checkHardening() {
	h, path := d.Live.Hardening, "hardening.no-new-privs"
	at, given := d.places[path]
	if !given || d.bad[path] || h.NoNewPrivs {
		return
	}
	var needing []string
	for _, one := range []struct {
		leaf string
		on   bool
	}{{"landlock", h.Landlock}, {"seccomp", h.Seccomp}} {
		if one.on {
			needing = append(needing, one.leaf)
		}
	}
	if len(needing) > 0 {
		off := strings.Join(needing, ": false, ") + ": false"
		d.fault(at, Fault{Key: path, Value: "false", Problem: strings.Join(needing, " and ") + " can't be had without it", Want: "true, or also " + off})
	}
}
