package packagetest

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/testutil"
)

// TestUpgradeOfABrokenService: a service that doesn't start again leaves the package installed, and is told of.
func TestUpgradeOfABrokenService(t *testing.T) {
	testutil.Programs(t, "unshare", "mount")
	script, err := filepath.Abs("../../deploy/packages/deb/postinst")
	if err != nil {
		t.Fatal(err)
	}
	tools := t.TempDir()
	testutil.Write(t, filepath.Join(tools, "systemd-sysusers"), "#!/bin/sh\n", 0o755)
	testutil.Write(t, filepath.Join(tools, "systemctl"), "#!/bin/sh\necho systemctl \"$@\" >&2\n[ \"$1\" != try-restart ]\n", 0o755)
	r := testutil.Run(t, time.Minute, "unshare", "--mount", "sh", "-c",
		"mount -t tmpfs none /run && mkdir -p /run/systemd/system && PATH=$1:$PATH exec sh $2 configure 1.0.0-1", "sh", tools, script)
	want := `systemctl daemon-reload
systemctl try-restart sagflow.service
sagflow: the service did not start again: systemctl status sagflow
`
	if got := string(r.Stderr); r.Code != 0 || got != want {
		t.Errorf("exit code %d, said\n%s\nwant\n%s", r.Code, got, want)
	}
}
