package endtoend

import (
	"encoding/json"
	"net/url"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/faultcli"
	"github.com/sagflow/sagflow/internal/lab/sls"
)

// slsProgram is a Log Service that runs as a process of its own.
type slsProgram struct {
	sls.Location
	cmd   *exec.Cmd
	ended func() error
	log   *buffer
}

// slsCommand is the command line of a Log Service. Its first line on stdout says where it is.
func slsCommand(t *testing.T, dir, listen, admin string) *exec.Cmd {
	t.Helper()
	return exec.Command(program(t, "sagflow-lab"), "--log-level", "warn", "sls", "--listen", listen, "--admin", admin,
		"--store", storeOf(dir), "--credentials", keysOf(dir))
}

// storeOf and keysOf are where a Log Service keeps what it got, and its access keys.
func storeOf(dir string) string { return filepath.Join(dir, "store") }
func keysOf(dir string) string  { return filepath.Join(dir, "sagflow-lab.credentials") }

func startSLS(t *testing.T, dir, listen, admin string) *slsProgram {
	t.Helper()
	p := &slsProgram{cmd: slsCommand(t, dir, listen, admin), log: new(buffer)}
	p.cmd.Env, p.cmd.Stderr = environment(), p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.ended = sync.OnceValue(p.cmd.Wait)
	t.Cleanup(p.kill)
	if err := json.NewDecoder(out).Decode(&p.Location); err != nil {
		t.Fatalf("read where Log Service is: %v\n%s", err, p.log)
	}
	return p
}

// listens is its HOST:PORT.
func (p *slsProgram) listens(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(p.SLS)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// kill is kill -9.
func (p *slsProgram) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	_ = p.ended()
}

// faults is the admin listener's client.
func (p *slsProgram) faults(t *testing.T) *faultcli.Client {
	t.Helper()
	c, err := faultcli.New(p.Admin)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (p *slsProgram) fail(t *testing.T, r fault.Rule) {
	t.Helper()
	if _, err := p.faults(t).Add(t.Context(), r); err != nil {
		t.Fatalf("%v\n%s", err, p.log)
	}
}

func (p *slsProgram) heal(t *testing.T) {
	t.Helper()
	if _, err := p.faults(t).Remove(t.Context(), ""); err != nil {
		t.Fatalf("%v\n%s", err, p.log)
	}
}
