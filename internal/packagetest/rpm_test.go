package packagetest

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/testutil"
)

// TestRPM: the rpm is installed in a root, its scripts run there, and removed. The configuration stays where it was changed, and
// the unit that systemd was told to start is told no more. The root is Debian's, as there is no mirror of another at hand: what the rpm
// needs of it is a shell and systemd.
func TestRPM(t *testing.T) {
	root := cleanDebian(t)
	testutil.Programs(t, "rpm")
	path := file(t, first(), "sagflow-1*.x86_64.rpm")
	rpm := func(args ...string) string {
		t.Helper()
		return string(testutil.MustRun(t, time.Minute, "rpm", append([]string{"--root", root, "--nodeps"}, args...)...))
	}
	users := testutil.Read(t, filepath.Join(root, "etc/passwd"))
	rpm("-i", path)
	if !strings.Contains(testutil.Read(t, filepath.Join(root, "etc/passwd")), "\nsagflow:") {
		t.Error("there is no user")
	}
	if out := rpm("-V", "sagflow"); out != "" {
		t.Errorf("rpm -V: %s", out)
	}
	testutil.MustRun(t, time.Minute, "chroot", root, "sagflow", "check", "--no-credentials", "/etc/sagflow/agent.yaml")
	testutil.MustRun(t, time.Minute, "systemctl", "--root="+root, "enable", "sagflow")
	agent := filepath.Join(root, "etc/sagflow/agent.yaml")
	testutil.Write(t, agent, configuration(toFirst), 0o644)
	rpm("-U", "--force", path)
	if d := cmp.Diff(configuration(toFirst), testutil.Read(t, agent)); d != "" {
		t.Errorf("the configuration after an upgrade:\n%s", d)
	}
	rpm("-e", "sagflow")
	left := string(testutil.MustRun(t, time.Minute, "find", root, "-xdev", "-name", "*sagflow*", "-o", "-path", "*/etc/sagflow/*"))
	if want := filepath.Join(root, "etc/sagflow") + "\n" + agent + ".rpmsave\n"; left != want {
		t.Errorf("left: %s", left)
	}
	testutil.MustRun(t, time.Minute, "rm", "-r", filepath.Join(root, "etc/sagflow"))
	testutil.MustRun(t, time.Minute, "chroot", root, "userdel", "sagflow")
	if d := cmp.Diff(users, testutil.Read(t, filepath.Join(root, "etc/passwd"))); d != "" {
		t.Errorf("users: %s", d)
	}
}
