package harden

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOptionsCheck(t *testing.T) {
	for name, c := range map[string]struct {
		options Options
		want    string
	}{
		"zero":                       {Options{}, ""},
		"all off":                    {Options{Off: map[Measure]string{Privileges: "a", NoNewPrivs: "b", Landlock: "c", Seccomp: "d"}}, ""},
		"without a reason":           {Options{Off: map[Measure]string{Landlock: ""}}, "Off: landlock is off without a reason: state one"},
		"unknown":                    {Options{Off: map[Measure]string{"apparmor": "x"}}, `Off: there is no measure "apparmor": use [privileges no-new-privs landlock seccomp]`},
		"Landlock by itself":         {Options{Off: map[Measure]string{NoNewPrivs: "x", Seccomp: "x"}}, "switch them off, too"},
		"seccomp by itself":          {Options{Off: map[Measure]string{NoNewPrivs: "x", Landlock: "x"}}, "switch them off, too"},
		"a relative path":            {Options{ReadPaths: []string{"agent.yaml"}}, `ReadPaths: "agent.yaml"`},
		"a relative path to write":   {Options{WritePaths: []string{"/a", "b"}}, `WritePaths: "b"`},
		"everything may be read":     {Options{ReadPaths: []string{"/"}}, `ReadPaths: "/"`},
		"everything, in other words": {Options{ReadPaths: []string{"/var/.."}}, `ReadPaths: "/var/.."`},
	} {
		err := c.options.check()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if wrong := (*OptionError)(nil); err != nil && !errors.As(err, &wrong) {
			t.Errorf("%s: error of type %T", name, err)
		}
		if c.want == "" {
			continue // Apply would harden this very process
		}
		if _, applied := Apply(c.options); applied == nil || applied.Error() != err.Error() {
			t.Errorf("%s: Apply: %v, want %v", name, applied, err)
		}
	}
}

func TestLookUp(t *testing.T) {
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	a, err := lookUp(me.Username)
	if err != nil {
		t.Fatal(err)
	}
	if a.uid != os.Getuid() || !slices.Contains(a.groups, a.gid) || nameOf(a.uid) != me.Username {
		t.Errorf("%+v of %+v", a, me)
	}
	wrong := (*OptionError)(nil)
	if _, err := lookUp("no-such-user-here"); !errors.As(err, &wrong) || wrong.Option != "User" {
		t.Errorf("error %v", err)
	}
	if name := nameOf(1<<31 - 7); name != "" {
		t.Errorf("a number without a name is %q", name)
	}
}

func TestSystemPaths(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", "/opt/roots.pem")
	t.Setenv("SSL_CERT_DIR", "/opt/certs:relative:/:/srv/certs")
	paths := SystemPaths()
	for _, want := range []string{"/etc", "/proc", "/sys/devices", "/opt/roots.pem", "/opt/certs", "/srv/certs"} {
		if !slices.Contains(paths, want) {
			t.Errorf("%v: want %s", paths, want)
		}
	}
	for _, p := range paths {
		if !filepath.IsAbs(p) || p == "/" {
			t.Errorf("path %q", p)
		}
	}
	for _, file := range []string{"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf"} {
		if target, err := filepath.EvalSymlinks(file); err == nil && !below(target, paths) {
			t.Errorf("%s is %s, which is not below %v", file, target, paths)
		}
	}
}

func TestFoldersOf(t *testing.T) {
	dir := t.TempDir()
	run, etc := filepath.Join(dir, "run"), filepath.Join(dir, "etc")
	err := errors.Join(os.Mkdir(run, 0o700), os.Mkdir(etc, 0o700), os.WriteFile(run+"/stub-resolv.conf", nil, 0o600),
		os.WriteFile(etc+"/hosts", nil, 0o600), os.Symlink("../run/stub-resolv.conf", etc+"/resolv.conf"), os.Symlink("nowhere", etc+"/broken"))
	if err != nil {
		t.Fatal(err)
	}
	got := foldersOf(etc+"/resolv.conf", etc+"/hosts", etc+"/broken", etc+"/missing")
	if diff := cmp.Diff([]string{run, etc}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReportLines(t *testing.T) {
	r := Report{
		Privileges: Finding{InForce, "uid 997 (sagflow), cap_net_raw"}, NoNewPrivs: Finding{State: InForce},
		Landlock: Finding{Impossible, "this kernel has no Landlock"}, Seccomp: Finding{Off, "an old runtime"},
		Skipped: []string{`"/nowhere": no such file or directory`},
	}
	want := []string{
		"privileges in force: uid 997 (sagflow), cap_net_raw", "no-new-privs in force",
		"landlock not possible: this kernel has no Landlock", "seccomp off: an old runtime",
		`not allowed "/nowhere": no such file or directory`,
	}
	if diff := cmp.Diff(want, r.Lines()); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		report Report
		want   string
	}{
		{Report{UID: 4, Capabilities: []string{}}, "uid 4 (without a name), no capability"},
		{Report{UID: 0, User: "root", Capabilities: []string{"cap_net_admin", "cap_net_raw"}}, "uid 0 (root), cap_net_admin, cap_net_raw"},
	} {
		if got := c.report.whose(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
