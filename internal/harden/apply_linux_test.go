package harden

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// rights are the lines of threads' status when all measures are in force, in the numbers of proc_pid_status(5).
func rights(id, bounding string) []string {
	return []string{
		"CapAmb: 0000000000000000", "CapBnd: " + bounding, "CapEff: 0000000000002000", "CapInh: 0000000000000000",
		"CapPrm: 0000000000002000", "Gid: " + id, "Groups: " + strings.Fields(id)[0], "NoNewPrivs: 1", "Seccomp: 2", "Uid: " + id,
	}
}

// rightsOf are those lines of a child, all threads' together.
func rightsOf(r *results) []string {
	lines := slices.DeleteFunc(slices.Clone(r.Threads), func(l string) bool { return strings.HasPrefix(l, "threads") })
	slices.Sort(lines)
	return lines
}

// ambient starts a child as systemd does: not as root, with ambient capabilities.
func ambient(t *testing.T, capabilities ...uintptr) func(*exec.Cmd) {
	id := uint32(uidOf(t, unprivileged))
	return func(c *exec.Cmd) {
		c.SysProcAttr.Credential = &syscall.Credential{Uid: id, Gid: id, Groups: []uint32{id}}
		c.SysProcAttr.AmbientCaps = capabilities
	}
}

// TestFromRoot: what all threads have in the end, by /proc and by the report.
func TestFromRoot(t *testing.T) {
	needRoot(t)
	p := makePlace(t)
	o := p.options()
	o.User = unprivileged
	r := run(t, orders{Options: o, Place: p, Probes: tries(&o)}, nil)
	if diff := cmp.Diff(rights("65534 65534 65534 65534", "0000000000002000"), rightsOf(&r)); diff != "" {
		t.Error(diff)
	}
	want := Report{
		Privileges: Finding{InForce, "uid 65534 (nobody), cap_net_raw"},
		NoNewPrivs: Finding{State: InForce},
		Landlock:   Finding{InForce, reach(r.Report.LandlockABI)},
		Seccomp:    Finding{InForce, "unknown calls fail; filters: 1"},
		UID:        65534, GID: 65534, Groups: []int{65534}, User: "nobody",
		Capabilities: []string{"cap_net_raw"}, Bounding: []string{"cap_net_raw"},
		SeccompMode: "filter", SeccompFilters: 1, LandlockABI: r.Report.LandlockABI, Threads: r.Report.Threads,
	}
	if diff := cmp.Diff(want, r.Report); diff != "" {
		t.Error(diff)
	}
	if r.Report.Threads < len(r.Before) {
		t.Errorf("%d threads were asked, and there were more than %d", r.Report.Threads, len(r.Before))
	}
}

// TestFromSystemd: whoever was started with more capabilities than it is to keep, and isn't root, is as well protected. The
// bounding set stays, for want of CAP_SETPCAP.
func TestFromSystemd(t *testing.T) {
	needRoot(t)
	p := makePlace(t)
	o := p.options()
	o.User = unprivileged
	r := run(t, orders{Options: o, Place: p, Probes: tries(&o)}, ambient(t, unix.CAP_NET_RAW, unix.CAP_NET_ADMIN))
	compare(t, &r, true, all)
	lines := rightsOf(&r)
	i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "CapBnd") })
	if diff := cmp.Diff(rights("65534 65534 65534 65534", strings.Fields(lines[i])[1]), lines); diff != "" {
		t.Error(diff)
	}
	if !slices.Contains(r.Report.Bounding, "cap_sys_admin") {
		t.Errorf("bounding set %v: where did the rest go?", r.Report.Bounding)
	}
}

// TestWithoutCapabilities: nothing that isn't named is kept.
func TestWithoutCapabilities(t *testing.T) {
	needRoot(t)
	for name, test := range map[string]struct {
		change          func(*Options)
		effective, ring string
	}{
		"none":      {func(o *Options) { o.KeepNetRaw = false }, "0000000000000000", "EPERM"},
		"net admin": {func(o *Options) { o.KeepNetRaw, o.KeepNetAdmin = false, true }, "0000000000001000", "EPERM"},
		"both":      {func(o *Options) { o.KeepNetAdmin = true }, "0000000000003000", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := makePlace(t)
			o := p.options()
			o.User = unprivileged
			test.change(&o)
			r := run(t, orders{Options: o, Place: p, Probes: []string{"capture from a ring"}}, nil)
			if r.Error != "" || r.Before["capture from a ring"] != test.ring {
				t.Errorf("%s, ring %q, want %q", r.Error, r.Before["capture from a ring"], test.ring)
			}
			for _, set := range []string{"CapEff: ", "CapPrm: ", "CapBnd: "} {
				if !slices.Contains(r.Threads, set+test.effective) {
					t.Errorf("%v: want %s%s", r.Threads, set, test.effective)
				}
			}
		})
	}
}

// TestStaysRoot: without a user root keeps its id, and its files, but no right over those of others.
func TestStaysRoot(t *testing.T) {
	needRoot(t)
	p := makePlace(t)
	if err := os.Chown(p.State, 0, 0); err != nil {
		t.Fatal(err)
	}
	o := p.options()
	r := run(t, orders{Options: o, Place: p, Probes: tries(&o)}, nil)
	if r.Error != "" {
		t.Fatal(r.Error)
	}
	isGroups := func(l string) bool { return strings.HasPrefix(l, "Groups") } // they are whatever they were
	want := slices.DeleteFunc(rights("0 0 0 0", "0000000000002000"), isGroups)
	if diff := cmp.Diff(want, slices.DeleteFunc(rightsOf(&r), isGroups)); diff != "" {
		t.Error(diff)
	}
	if want := "uid 0 (root), cap_net_raw; no user is named, so that it stays root"; r.Report.Privileges != (Finding{InForce, want}) {
		t.Errorf("%+v, want %s", r.Report.Privileges, want)
	}
	for _, probe := range []string{"raise a capability", "signal the parent", "mount", "change the root", "start a program"} {
		if r.Before[probe] != "EPERM" {
			t.Errorf("%s: %q", probe, r.Before[probe])
		}
	}
}

// TestNobodyIsRoot: a process that is not root can't become another user, and says so.
func TestNobodyIsRoot(t *testing.T) {
	needRoot(t)
	p := makePlace(t)
	o := p.options()
	o.User = "daemon"
	r := run(t, orders{Options: o, Place: p}, ambient(t, unix.CAP_NET_RAW, unix.CAP_NET_ADMIN))
	if want := `uid 65534 (nobody), cap_net_raw; only root can become "daemon"`; r.Report.Privileges != (Finding{InForce, want}) {
		t.Errorf("%s %+v, want %s", r.Error, r.Report.Privileges, want)
	}
}

// TestErrors: what can't work later is an error now, with a remedy.
func TestErrors(t *testing.T) {
	needRoot(t)
	for name, test := range map[string]struct {
		prepare func(*testing.T, *place, *Options)
		want    []string
	}{
		"no such user": {
			func(_ *testing.T, _ *place, o *Options) { o.User = "sagflow-nobody" },
			[]string{"User: user: unknown user sagflow-nobody: make it"},
		},
		"the state directory is root's": {
			func(t *testing.T, p *place, _ *Options) { chown(t, p.State, 0) },
			[]string{`/state" as uid 65534: permission denied: it belongs to uid 0 with mode 0700; chown -R it`},
		},
		"the state directory can't be searched": {
			func(t *testing.T, p *place, _ *Options) { chmod(t, p.State, 0o600) },
			[]string{`/state" as uid 65534: permission denied: it belongs to uid 65534 with mode 0600`},
		},
		"a file of the spool is root's": {
			func(t *testing.T, p *place, _ *Options) { emptyFile(t, p.State+"/0001.seg", 0o600) },
			[]string{`/state/0001.seg" as uid 65534: permission denied: it belongs to uid 0 with mode 0600`},
		},
		"a file of the spool can't be written": {
			func(t *testing.T, p *place, _ *Options) { emptyFile(t, p.State+"/0001.seg", 0o444) },
			[]string{`/state/0001.seg" as uid 65534: permission denied`},
		},
		"the credentials are root's": {
			func(_ *testing.T, p *place, o *Options) { o.ReadPaths = append(o.ReadPaths, p.Outside+"/secret") },
			[]string{`/outside/secret" as uid 65534: permission denied: it belongs to uid 0 with mode 0600`},
		},
		"root without a user, in another's directory": {
			func(_ *testing.T, _ *place, o *Options) { o.User = "" },
			[]string{`/state" as uid 0: permission denied: it belongs to uid 65534 with mode 0700`},
		},
		"a relative path": {
			func(_ *testing.T, _ *place, o *Options) { o.WritePaths = []string{"state"} },
			[]string{`WritePaths: "state": give an absolute path`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := makePlace(t)
			o := p.options()
			o.User = unprivileged
			test.prepare(t, &p, &o)
			r := run(t, orders{Options: o, Place: p}, nil)
			for _, w := range test.want {
				if !strings.Contains(r.Error, w) {
					t.Errorf("error %q, want one with %q", r.Error, w)
				}
			}
		})
	}
}

func chown(t *testing.T, path string, uid int) {
	t.Helper()
	if err := os.Chown(path, uid, uid); err != nil {
		t.Fatal(err)
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func emptyFile(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, nil, mode); err != nil {
		t.Fatal(err)
	}
}

// TestNotOurs: a folder in the state directory that the user can't enter, as a file system's lost+found, is no matter.
func TestNotOurs(t *testing.T) {
	needRoot(t)
	p := makePlace(t)
	if err := os.Mkdir(p.State+"/lost+found", 0o700); err != nil {
		t.Fatal(err)
	}
	o := p.options()
	o.User = unprivileged
	if r := run(t, orders{Options: o, Place: p}, nil); r.Error != "" {
		t.Error(r.Error)
	}
}

// TestSkipped: paths that don't exist are said, files are allowed one by one.
func TestSkipped(t *testing.T) {
	needRoot(t)
	p := makePlace(t)
	o := p.options()
	o.User = unprivileged
	o.ReadPaths = append(o.ReadPaths, p.Outside+"/public", "/nowhere/agent.yaml")
	o.WritePaths = append(o.WritePaths, "/nowhere/else", p.Config+"/agent.yaml/x")
	r := run(t, orders{Options: o, Place: p, Probes: []string{"read outside", "write outside"}}, nil)
	want := []string{
		`"/nowhere/agent.yaml": no such file or directory`, `"/nowhere/else": no such file or directory`,
		`"` + p.Config + `/agent.yaml/x": not a directory`,
	}
	if diff := cmp.Diff(want, r.Report.Skipped); diff != "" || r.Error != "" {
		t.Error(r.Error, diff)
	}
	if diff := cmp.Diff(map[string]string{"read outside": "", "write outside": "EACCES"}, r.Before); diff != "" {
		t.Error(diff)
	}
}

// TestNoNewPrivs: the flag by itself, which the other measures would set as well.
func TestNoNewPrivs(t *testing.T) {
	needRoot(t)
	p := makePlace(t)
	o := p.options()
	o.Off = off(Privileges, Landlock, Seccomp)
	r := run(t, orders{Options: o, Place: p}, nil)
	if r.Error != "" || !slices.Contains(r.Threads, "NoNewPrivs: 1") || slices.Contains(r.Threads, "NoNewPrivs: 0") {
		t.Error(r.Error, r.Threads)
	}
}

// TestNotInForce: a measure that was taken, and that the kernel doesn't confirm, is an error.
func TestNotInForce(t *testing.T) {
	inForce := Finding{State: InForce}
	for _, m := range Measures() {
		o := Options{}
		r := Report{Privileges: inForce, NoNewPrivs: inForce, Landlock: inForce, Seccomp: inForce, UID: 997}
		if err := o.compare(&r, outcome{}); err != nil {
			t.Errorf("%s: %v", m, err)
		}
		*r.Finding(m) = Finding{Off, "one thread is not"}
		want := "harden the process: " + string(m) + " was switched on, and the kernel tells: one thread is not"
		if err := o.compare(&r, outcome{}); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", m, err, want)
		}
		o.Off = off(m)
		if err := o.compare(&r, outcome{}); err != nil || *r.Finding(m) != (Finding{Off, "tried without"}) {
			t.Errorf("%s off: %v, %+v", m, err, r.Finding(m))
		}
	}
	r := Report{Privileges: inForce, NoNewPrivs: inForce, Landlock: inForce, Seccomp: inForce, UID: 0, User: "root"}
	if err := (&Options{User: "sagflow"}).compare(&r, outcome{}); err == nil || !strings.Contains(err.Error(), `it is root still, and not "sagflow"`) {
		t.Errorf("root still: %v", err)
	}
}

// TestAnyTCP: ports are left alone, all else isn't.
func TestAnyTCP(t *testing.T) {
	needRoot(t)
	p := makePlace(t)
	o := p.options()
	o.User, o.AnyTCP = unprivileged, true
	r := run(t, orders{Options: o, Place: p, Probes: []string{"connect to another port", "listen on another port", "read outside", "use an abstract socket"}}, nil)
	want := map[string]string{"connect to another port": "", "listen on another port": "", "read outside": "EACCES", "use an abstract socket": "EPERM"}
	if r.Report.LandlockABI < abiScoped {
		want["use an abstract socket"] = ""
	}
	if diff := cmp.Diff(want, r.Before); diff != "" {
		t.Error(r.Error, diff)
	}
}

// TestTwice: a second call changes nothing for the worse.
func TestTwice(t *testing.T) {
	needRoot(t)
	p := makePlace(t)
	o := p.options()
	o.User = unprivileged
	r := run(t, orders{Options: o, Place: p, Probes: tries(&o), Twice: true}, nil)
	compare(t, &r, true, all)
	if r.Report.SeccompFilters != 1 {
		t.Errorf("%d filters", r.Report.SeccompFilters)
	}
}

// TestNotPossible: on a kernel that lacks a measure the others are taken, and the report says what is missing.
func TestNotPossible(t *testing.T) {
	needRoot(t)
	landlock := uint32(unix.SYS_LANDLOCK_CREATE_RULESET)
	for name, test := range map[string]struct {
		lacking    map[uint32]unix.Errno
		measure    Measure
		why, probe string
		want       string
	}{
		"Landlock isn't built in": {map[uint32]unix.Errno{landlock: unix.ENOSYS}, Landlock, "this kernel has no Landlock", "read outside", ""},
		"Landlock isn't active":   {map[uint32]unix.Errno{landlock: unix.EOPNOTSUPP}, Landlock, "add it to lsm=", "read outside", ""},
		"Landlock is too old":     {map[uint32]unix.Errno{landlock: 0}, Landlock, "ABI 0 of this kernel forbids every rename", "read outside", ""},
		"Landlock is refused":     {map[uint32]unix.Errno{landlock: unix.EPERM}, Landlock, "whoever started this process filters", "read outside", ""},
		"Landlock fails":          {map[uint32]unix.Errno{landlock: unix.EIO}, Landlock, "input/output error", "read outside", ""},
		"no filters":              {map[uint32]unix.Errno{unix.SYS_SECCOMP: unix.ENOSYS}, Seccomp, "no system call filter", "filter system calls", "ENOSYS"},
		"filters are refused":     {map[uint32]unix.Errno{unix.SYS_SECCOMP: unix.EINVAL}, Seccomp, "invalid argument", "filter system calls", "EINVAL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := makePlace(t)
			o := p.options()
			o.User = unprivileged
			r := run(t, orders{Options: o, Place: p, Lacking: test.lacking, Probes: []string{test.probe}}, nil)
			if r.Error != "" || r.Before[test.probe] != test.want {
				t.Fatalf("%s, %s: %q", r.Error, test.probe, r.Before[test.probe])
			}
			for _, m := range Measures() {
				f := r.Report.Finding(m)
				if m != test.measure && f.State != InForce {
					t.Errorf("%s: %+v", m, f)
				}
				if m == test.measure && (f.State != Impossible || !strings.Contains(f.Why, test.why)) {
					t.Errorf("%s: %+v, want %q", m, f, test.why)
				}
			}
		})
	}
}

// TestOthersFilter: systemd's filter is not taken for this program's, and both hold together.
func TestOthersFilter(t *testing.T) {
	needRoot(t)
	p := makePlace(t)
	o := p.options()
	o.User = unprivileged
	systemd := map[uint32]unix.Errno{unix.SYS_REBOOT: unix.ENOTSUP}
	r := run(t, orders{Options: o, Place: p, Lacking: systemd}, nil)
	if r.Error != "" || r.Report.Seccomp != (Finding{InForce, "unknown calls fail; filters: 2"}) {
		t.Errorf("%s %+v", r.Error, r.Report.Seccomp)
	}
	o.Off = off(Seccomp, NoNewPrivs, Landlock)
	r = run(t, orders{Options: o, Place: p, Lacking: systemd}, nil)
	if r.Error != "" || r.Report.Seccomp != (Finding{Off, "tried without"}) || r.Report.SeccompMode != "filter" {
		t.Errorf("%s %+v %s", r.Error, r.Report.Seccomp, r.Report.SeccompMode)
	}
	// Who set the filter has set this flag, too.
	if want := (Finding{InForce, "though not by this program: tried without"}); r.Report.NoNewPrivs != want {
		t.Errorf("%+v, want %+v", r.Report.NoNewPrivs, want)
	}
}

// TestUnprivileged: all but the user is for everybody. It needs no root, so that the rest is tried where there is none.
func TestUnprivileged(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("TestFromSystemd has it as well")
	}
	p := makePlace(t)
	o := p.options()
	r := run(t, orders{Options: o, Place: p, Probes: []string{"read outside", "start a program", "keep files", "run many threads"}}, nil)
	if diff := cmp.Diff(map[string]string{"read outside": "EACCES", "start a program": "EPERM", "keep files": "", "run many threads": ""}, r.Before); diff != "" {
		t.Error(r.Error, diff)
	}
}
