package packagetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/testutil"
)

// debian is a clean Debian of this machine's release, from the default mirror, made once. Who changes it leaves it as it was.
var debian = sync.OnceValues(func() (root string, err error) { //nolint:gochecknoglobals // it is made once for all tests
	release := regexp.MustCompile(`(?m)^VERSION_CODENAME=(.+)$`)
	text, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return "", err
	}
	name := release.FindSubmatch(text)
	if name == nil {
		return "", fmt.Errorf("/etc/os-release names no release")
	}
	began := time.Now()
	root = filepath.Join(work, "debian")
	cmd := exec.Command("debootstrap", "--variant=minbase", "--include=systemd,systemd-sysv", string(name[1]), root)
	if before := os.Getenv("SAGFLOW_DEBIAN"); before != "" {
		cmd = exec.Command("cp", "-a", before, root)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("make Debian %s: %w\n%s", name[1], err, out)
	}
	fmt.Printf("Debian %s made in %v\n", name[1], time.Since(began).Round(time.Second))
	return root, nil
})

// cleanDebian returns the root of a clean Debian.
func cleanDebian(t *testing.T) string {
	t.Helper()
	testutil.Programs(t, "debootstrap")
	if os.Getuid() != 0 {
		testutil.Missing(t, "root", "Run the test as root.")
	}
	root, err := debian()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// machine is a root that systemd booted, with a network of its own that has nothing but loopback.
type machine struct {
	t      *testing.T
	root   string
	leader string // the process id of its systemd, on this side
}

// boot boots a root. It is stopped when the test ends. It isn't registered, since nobody runs a systemd-machined here. Its filter of
// system calls is nspawn's, which before version 253 lacks Landlock's.
func boot(t *testing.T, root string) *machine {
	t.Helper()
	testutil.Programs(t, "systemd-nspawn", "nsenter")
	console, err := os.Create(filepath.Join(work, "console"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("systemd-nspawn", "--register=no", "--keep-unit", "--private-network", "--console=pipe",
		"--system-call-filter=landlock_create_ruleset landlock_add_rule landlock_restrict_self", "-D", root, "--boot")
	cmd.Stdout, cmd.Stderr = console, console
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	m := &machine{t: t, root: root}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // upon which it powers the machine off
		patience := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		patience.Stop()
		if t.Failed() {
			t.Logf("console:\n%s", testutil.Read(t, console.Name()))
		}
		_ = console.Close()
	})
	children := fmt.Sprintf("/proc/%d/task/%[1]d/children", cmd.Process.Pid)
	m.await("its systemd runs", func() bool {
		text, err := os.ReadFile(children)
		words := strings.Fields(string(text))
		if err != nil || len(words) != 1 {
			return false
		}
		m.leader = words[0]
		state := m.run("systemctl is-system-running --wait")
		return strings.Contains(string(state.Stdout), "running") || strings.Contains(string(state.Stdout), "degraded")
	})
	return m
}

// run runs a script in the machine, as root.
func (m *machine) run(script string) testutil.Result {
	m.t.Helper()
	return testutil.Run(m.t, 2*time.Minute, "nsenter", "-t", m.leader, "-m", "-u", "-i", "-n", "-p", "-r", "-w",
		"env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "HOME=/root", "bash", "-c", script)
}

// must is run for what has to succeed. It returns what was printed.
func (m *machine) must(script string) string {
	m.t.Helper()
	r := m.run(script)
	if r.Code != 0 {
		m.t.Fatalf("%s: exit code %d\n%s%s\njournal:\n%s", script, r.Code, r.Stdout, r.Stderr, m.run("journalctl --no-pager -u sagflow | tail -30").Stdout)
	}
	return strings.TrimSpace(string(r.Stdout) + string(r.Stderr))
}

// property is one of the service's.
func (m *machine) property(name string) string {
	m.t.Helper()
	return m.must("systemctl show --value -p " + name + " sagflow")
}

// await waits until something is so.
func (m *machine) await(what string, is func() bool) {
	m.t.Helper()
	const patience = 90 * time.Second
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !is(); <-tick.C {
		if time.Now().After(end) {
			m.t.Fatalf("after %v it is not so that %s\njournal:\n%s", patience, what, m.run("journalctl --no-pager -u sagflow | tail -30; sagflow status").Stdout)
		}
	}
}

// configure writes the device's configuration.
func (m *machine) configure(text string) {
	m.t.Helper()
	testutil.Write(m.t, m.path("etc/sagflow/agent.yaml"), text, 0o644)
}

// path is one of the machine's on this side.
func (m *machine) path(name string) string { return filepath.Join(m.root, name) }

// exists says whether something is at a path of the machine.
func (m *machine) exists(name string) bool {
	_, err := os.Lstat(m.path(name))
	return err == nil
}

// tree lists all paths on the machine's disk, but for logs, what apt and dpkg note down, and backups of lists of users.
func (m *machine) tree() []string {
	m.t.Helper()
	var out []string
	spared := regexp.MustCompile(`^/(var/(log|cache|lib/(dpkg|systemd|apt))|packages|root|tmp)(/|$)|^/etc/(passwd|group|shadow|gshadow)-$|^/etc/\.pwd\.lock$`)
	for line := range strings.Lines(m.must("find / -xdev -path /packages -prune -o -print | sort")) {
		if line = strings.TrimSpace(line); !spared.MatchString(line) {
			out = append(out, line)
		}
	}
	return out
}
