package config

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/testutil"
)

// TestCheckAsRoot: root checks the credentials file of the user that it goes on as, and of no other.
func TestCheckAsRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		testutil.Missing(t, "root", "Run the test as root.")
	}
	other, err := user.Lookup("daemon")
	if err != nil {
		testutil.Missing(t, "the user daemon", "It is on every Debian.")
	}
	uid, err := strconv.Atoi(other.Uid)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	key, file := filepath.Join(dir, "credentials"), filepath.Join(dir, "agent.yaml")
	if err := os.WriteFile(key, []byte("[default]\ntype=access_key\naccess_key_id=a\naccess_key_secret=b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(key, uid, -1); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		hardening string
		right     bool
	}{{"{user: daemon}", true}, {"{user: bin}", false}, {"{user: no-such-user}", false}, {"{user: daemon, drop-privileges: false}", false}} {
		text := fmt.Sprintf("smart-access-gateway: {id: sag-0, serial-number: s, account: 1, region: cn-shanghai}\ncredentials-file: credentials\nhardening: %s\n", c.hardening)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Check(file, CheckOptions{Env: func(string) string { return "" }, Now: time.Now()})
		if (err == nil) != c.right {
			t.Errorf("%s: %v", c.hardening, err)
		}
	}
}
