package spoolctl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// childEnv makes the test binary ask at the socket that it names, and say what came of it.
const childEnv = "SPOOLCTL_TEST_SOCKET"

func TestMain(m *testing.M) {
	if socket := os.Getenv(childEnv); socket != "" {
		child(socket)
		return
	}
	os.Exit(m.Run())
}

func child(state string) {
	for _, err := range []error{
		func() error { _, err := Dial(context.Background(), Socket(state)); return err }(),
		func() error { _, err := Open(context.Background(), OpenOptions{StateDirectory: state}); return err }(),
	} {
		fmt.Println(err)
	}
}

// askAs runs the child as another user.
func askAs(t *testing.T, uid uint32, state string) []string {
	t.Helper()
	binary := filepath.Join(filepath.Dir(state), "test")
	if _, err := os.Stat(binary); errors.Is(err, os.ErrNotExist) {
		text, err := os.ReadFile("/proc/self/exe")
		must(t, err)
		must(t, os.WriteFile(binary, text, 0o755))
	}
	cmd := exec.Command(binary)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), childEnv+"="+state)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	out, err := cmd.Output()
	must(t, err)
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// TestOtherUsers: neither the mode of the socket nor the server lets another user in; root always.
func TestOtherUsers(t *testing.T) {
	if os.Geteuid() != 0 {
		testutil.Missing(t, "the right to be another user", "Run the tests as root.")
	}
	const other = 4321
	home, err := os.MkdirTemp("/tmp", "spoolctl")
	must(t, err)
	defer os.RemoveAll(home)
	state := filepath.Join(home, "state")
	must(t, os.Rename(fill(t, 2), state))
	must(t, errors.Join(os.Chmod(home, 0o755), os.Chmod(state, 0o755)))
	start(t, state)
	check := func(uid uint32, wants ...string) {
		t.Helper()
		said := askAs(t, uid, state)
		for i, want := range wants {
			if i >= len(said) || !strings.Contains(said[i], want) {
				t.Errorf("user %d is told %q, want %q", uid, said, wants)
			}
		}
	}
	check(0, "<nil>", "<nil>")
	check(other, "permission denied: ask as the device's user or as root", "run this as the device's user or as root")
	must(t, os.Chmod(Socket(state), 0o666))
	check(other, "user 4321 may not use the spool of user 0: ask as that user or as root")
}
