package deploytest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/internal/testutil"
)

// maxExposure is of `systemd-analyze security`, where 0 is none and 10 is all.
const maxExposure = 2.0

func deployed(t *testing.T, elements ...string) string {
	t.Helper()
	return filepath.Join(append([]string{testutil.Root(t), "deploy"}, elements...)...)
}

// installed puts the unit into a folder of its own, with a program in the place of the one that is installed, and with the
// drop-in or without.
func installed(t *testing.T, dropIn bool) (unit string) {
	t.Helper()
	dir := t.TempDir()
	program, unit := filepath.Join(dir, "sagflow"), filepath.Join(dir, "sagflow.service")
	text := strings.ReplaceAll(testutil.Read(t, deployed(t, "systemd", "sagflow.service")), "/usr/bin/sagflow", program)
	if !strings.Contains(text, program) {
		t.Fatal("the unit runs another program")
	}
	testutil.Write(t, program, "#!/bin/sh\n", 0o755)
	testutil.Write(t, unit, text, 0o644)
	if dropIn {
		name := filepath.Join("sagflow.service.d", "promiscuous.conf")
		if err := os.Mkdir(filepath.Join(dir, "sagflow.service.d"), 0o755); err != nil {
			t.Fatal(err)
		}
		testutil.Write(t, filepath.Join(dir, name), testutil.Read(t, deployed(t, "systemd", name)), 0o644)
	}
	return unit
}

// TestUnit: systemd has nothing to say about it.
func TestUnit(t *testing.T) {
	testutil.Programs(t, "systemd-analyze")
	for _, dropIn := range []bool{false, true} {
		unit := installed(t, dropIn)
		if r := testutil.Run(t, time.Minute, "systemd-analyze", "verify", "--man=no", unit); r.Code != 0 || len(r.Stdout)+len(r.Stderr) > 0 {
			t.Errorf("drop-in %v: exit code %d\n%s%s", dropIn, r.Code, r.Stdout, r.Stderr)
		}
		limit := strconv.Itoa(int(maxExposure * 10))
		out := testutil.Run(t, time.Minute, "systemd-analyze", "--no-pager", "security", "--offline=true", "--threshold="+limit, unit)
		level := regexp.MustCompile(`Overall exposure level for \S+: ([0-9.]+)`).FindSubmatch(out.Stdout)
		if level == nil {
			t.Fatalf("no exposure level\n%s%s", out.Stdout, out.Stderr)
		}
		if got, err := strconv.ParseFloat(string(level[1]), 64); err != nil || got > maxExposure || out.Code != 0 {
			t.Errorf("drop-in %v: exposure %s, want at most %.1f\n%s", dropIn, level[1], maxExposure, out.Stdout)
		}
	}
}

// TestVerifyFindsFault: what TestUnit is content with would be said otherwise.
func TestVerifyFindsFault(t *testing.T) {
	testutil.Programs(t, "systemd-analyze")
	unit := installed(t, false)
	testutil.Write(t, unit, testutil.Read(t, unit)+"\n[Service]\nProtectEverything=yes\n", 0o644)
	if r := testutil.Run(t, time.Minute, "systemd-analyze", "verify", "--man=no", unit); !strings.Contains(string(r.Stderr), "ProtectEverything") {
		t.Errorf("exit code %d\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
}

// TestUser: the user that the unit names is made, and nobody can log in as it.
func TestUser(t *testing.T) {
	testutil.Programs(t, "systemd-sysusers")
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	testutil.MustRun(t, time.Minute, "systemd-sysusers", "--root="+root, deployed(t, "systemd", "sagflow.sysusers"))
	users := strings.Split(testutil.Read(t, filepath.Join(root, "etc", "passwd")), "\n")
	i := slices.IndexFunc(users, func(l string) bool { return strings.HasPrefix(l, settingOf(t, "User")+":") })
	if i < 0 {
		t.Fatalf("no such user in %q", users)
	}
	words := strings.Split(users[i], ":")
	if len(words) != 7 || words[2] == "0" || words[5] != "/var/lib/sagflow" || !strings.HasSuffix(words[6], "/nologin") {
		t.Errorf("%q", users[i])
	}
	if groups := testutil.Read(t, filepath.Join(root, "etc", "group")); !strings.Contains(groups, settingOf(t, "Group")+":x:"+words[3]+":") {
		t.Errorf("groups %q", groups)
	}
}

// settingOf is the last value of a setting in the unit.
func settingOf(t *testing.T, name string) string {
	t.Helper()
	values := regexp.MustCompile(`(?m)^`+name+`=(.*)$`).FindAllStringSubmatch(testutil.Read(t, deployed(t, "systemd", "sagflow.service")), -1)
	if len(values) == 0 {
		t.Fatalf("the unit has no %s", name)
	}
	return values[len(values)-1][1]
}

// TestPaths: unit, user, example and documentation mean the same places.
func TestPaths(t *testing.T) {
	a, err := config.Load(deployed(t, "agent.yaml"), func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	if a.StateDirectory != "/var/lib/"+settingOf(t, "StateDirectory") || a.StateDirectory != config.DefaultStateDirectory {
		t.Errorf("state directory %q", a.StateDirectory)
	}
	if want := "/etc/" + settingOf(t, "ConfigurationDirectory") + "/agent.yaml"; settingOf(t, "ExecStart") != "/usr/bin/sagflow run -c "+want {
		t.Errorf("ExecStart %q", settingOf(t, "ExecStart"))
	}
}
