package harden

import (
	"bufio"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/testutil"
)

// unprivileged is a user that every Linux has.
const unprivileged = "nobody"

// testProgram returns the program that children run, in a folder that all users can enter: this one, or, where this one has
// cgo for the race detector, one without, as the device is.
var testProgram = sync.OnceValues(func() (string, error) {
	path := filepath.Join(programs, "harden.test")
	if err := os.Chmod(programs, 0o755); err != nil {
		return "", err
	}
	if !cgo {
		return path, copyFile(os.Args[0], path)
	}
	return path, build("test", "-c", "-o", path, ".")
})

// build runs the go command as the device is built, without cgo.
func build(arguments ...string) error {
	c := exec.Command("go", arguments...)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(arguments, " "), err, out)
	}
	return nil
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o755)
}

// needRoot ends the test where there is no root.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		testutil.Missing(t, "root", "Run the tests of internal/harden as root: a process that is not can't drop privileges.")
	}
}

// makePlace makes the folders of a child. The state is the unprivileged user's where root makes it.
func makePlace(t *testing.T) place {
	t.Helper()
	dir, err := os.MkdirTemp("", "sagflow-harden")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := place{State: dir + "/state", Config: dir + "/config", Outside: dir + "/outside", Parent: os.Getpid()}
	for path, mode := range map[string]os.FileMode{dir: 0o755, p.State: 0o700, p.Config: 0o755, p.Config + "/mounts": 0o755, p.Outside: 0o777} {
		if err := os.MkdirAll(path, mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	for path, mode := range map[string]os.FileMode{
		p.Config + "/agent.yaml": 0o644, p.Config + "/credentials": 0o644,
		p.Outside + "/public": 0o644, p.Outside + "/secret": 0o600,
	} {
		if err := os.WriteFile(path, []byte("content"), mode); err != nil {
			t.Fatal(err)
		}
	}
	if os.Getuid() == 0 {
		if err := os.Chown(p.State, uidOf(t, unprivileged), -1); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func uidOf(t *testing.T, name string) int {
	t.Helper()
	u, err := user.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		t.Fatal(err)
	}
	return uid
}

// options are the place's, with all measures.
func (p *place) options() Options {
	return Options{KeepNetRaw: true, ReadPaths: []string{p.Config}, WritePaths: []string{p.State}}
}

// certificates writes a file of certificates for SSL_CERT_FILE, beside the folders of the place.
func certificates(t *testing.T, p place) string {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	path := filepath.Join(filepath.Dir(p.State), "roots.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(path, block, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// run has a child follow the orders. change may change how it is started; it has namespaces of its own for network and mounts
// where root starts it.
func run(t *testing.T, o orders, change func(*exec.Cmd)) results {
	t.Helper()
	program, err := testProgram()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), program)
	c.Env = append(os.Environ(), childVariable+"="+string(text), "SSL_CERT_FILE="+certificates(t, o.Place), "SSL_CERT_DIR=/nowhere")
	c.Dir = "/"
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Getuid() == 0 {
		c.SysProcAttr.Unshareflags = unix.CLONE_NEWNET | unix.CLONE_NEWNS
	}
	var stderr strings.Builder
	c.Stderr = &stderr
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(c)
	}
	// Pdeathsig is about the thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	r, err := talk(o.Place, stdin, stdout)
	if e := c.Wait(); e != nil || err != nil {
		t.Fatalf("child: %v, %v\n%s", e, err, stderr.String())
	}
	return r
}

// talk waits until the child is hardened, replaces a file, and takes what the child found.
func talk(p place, stdin io.WriteCloser, stdout io.Reader) (r results, err error) {
	defer stdin.Close()
	in := bufio.NewReader(stdout)
	if _, err := in.ReadString('\n'); err != nil {
		return r, err
	}
	if err := os.WriteFile(p.Config+"/new", []byte("rotated"), 0o644); err != nil {
		return r, err
	}
	if err := os.Rename(p.Config+"/new", p.Config+"/credentials"); err != nil {
		return r, err
	}
	if _, err := stdin.Write([]byte("\n")); err != nil {
		return r, err
	}
	return r, json.NewDecoder(in).Decode(&r)
}

// namesOf are the names of probes, sorted.
func namesOf(some map[string]func(*place) error) []string { return slices.Sorted(maps.Keys(some)) }
