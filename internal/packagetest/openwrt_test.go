package packagetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/testutil"
)

// procd are functions as OpenWrt's rc.common, procd.sh and functions.sh have them, which tell what they are called with.
const procd = `
group_exists() { false; }
user_exists() { false; }
group_add_next() { echo "group_add_next $*" >&2; echo 32768; }
user_add() { echo "user_add $*" >&2; }
chown() { echo "chown $*" >&2; }
procd_open_instance() { echo "open $*" >&2; }
procd_set_param() { echo "$*" >&2; }
procd_close_instance() { echo close >&2; }
procd_send_signal() { echo "signal $*" >&2; }
`

// TestOpenWrt: what the init script tells procd, where there is a configuration, and where there is none.
func TestOpenWrt(t *testing.T) {
	root := unpack(t, "amd64")
	script := testutil.Read(t, filepath.Join(root, "etc/init.d/sagflow"))
	if !strings.HasPrefix(script, "#!/bin/sh /etc/rc.common\n") || !strings.Contains(script, "\nUSE_PROCD=1\n") {
		t.Errorf("%s", script)
	}
	script = strings.NewReplacer("=/usr/bin", "="+root+"/usr/bin", "=/etc/", "="+root+"/etc/", "=/var/", "="+root+"/var/").Replace(script)
	call := func(function string) testutil.Result {
		return testutil.Run(t, time.Minute, "sh", "-c", procd+script+"\n"+function)
	}
	if r := call("start_service"); r.Code != 1 || !strings.Contains(string(r.Stderr), "copy /usr/share/sagflow/agent.yaml there") {
		t.Errorf("without a configuration: exit code %d\n%s", r.Code, r.Stderr)
	}
	if err := os.Mkdir(filepath.Join(root, "etc/sagflow"), 0o755); err != nil {
		t.Fatal(err)
	}
	testutil.Write(t, filepath.Join(root, "etc/sagflow/agent.yaml"), configuration(toFirst), 0o644)
	r := call("start_service")
	want := strings.ReplaceAll(`group_add_next sagflow
group_add_next sagflow
user_add sagflow  32768 Flow log of a gateway ROOT/var/lib/sagflow /bin/false
chown sagflow:sagflow ROOT/var/lib/sagflow
open 
command ROOT/usr/bin/sagflow run -q -c ROOT/etc/sagflow/agent.yaml
respawn 3600 10 0
term_timeout 90
limits core=0 nofile=65536 65536
stdout 1
stderr 1
close
`, "ROOT", root)
	if d := cmp.Diff(want, string(r.Stderr)); d != "" || r.Code != 0 {
		t.Errorf("exit code %d\n%s", r.Code, d)
	}
	testutil.Write(t, filepath.Join(root, "etc/sagflow/agent.yaml"), "interfaces: 1\n", 0o644)
	if r := call("start_service"); r.Code != 1 || strings.Contains(string(r.Stderr), "open") {
		t.Errorf("with a wrong configuration: exit code %d\n%s", r.Code, r.Stderr)
	}
	if r := call("reload_service"); string(r.Stderr) != "signal sagflow * HUP\n" {
		t.Errorf("reload: %s", r.Stderr)
	}
}

// TestAlpine: the scripts of the apk are a shell's, and do nothing where OpenRC isn't, as while an image is made.
func TestAlpine(t *testing.T) {
	dir := t.TempDir()
	testutil.MustRun(t, time.Minute, "tar", "-xzf", file(t, first(), "sagflow_*_x86_64.apk"), "-C", dir)
	for _, name := range []string{".pre-install", ".post-upgrade", ".pre-deinstall", "etc/init.d/sagflow"} {
		testutil.MustRun(t, time.Minute, "sh", "-n", filepath.Join(dir, name))
	}
	for _, name := range []string{".post-upgrade", ".pre-deinstall"} {
		testutil.MustRun(t, time.Minute, "env", "PATH=", "/bin/sh", filepath.Join(dir, name))
	}
	info := string(testutil.MustRun(t, time.Minute, "grep", "-v", "^#", filepath.Join(dir, ".PKGINFO")))
	for _, want := range []string{"pkgname = sagflow\n", "pkgver = 1.0.0-r1\n", "arch = x86_64\n", "license = Apache-2.0\n", "depend = ca-certificates-bundle\n"} {
		if !strings.Contains(info, want) {
			t.Errorf("no %q in\n%s", want, info)
		}
	}
}
