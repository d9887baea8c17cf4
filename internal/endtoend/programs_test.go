package endtoend

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// labProgram is a `sagflow-lab api` that runs.
type labProgram struct {
	*lab
	process *os.Process
	ended   func() error
}

func startLabProgram(t *testing.T, dir, listen string) *labProgram {
	t.Helper()
	cmd := exec.Command(program(t, "sagflow-lab"), "api", "--listen", listen, "--store", filepath.Join(dir, "lab.db"))
	cmd.Env = environment()
	log := new(buffer)
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &labProgram{lab: new(lab), process: cmd.Process, ended: sync.OnceValue(cmd.Wait)}
	t.Cleanup(func() {
		_ = p.process.Kill() // it may have ended
		_ = p.ended()
	})
	if err := json.NewDecoder(out).Decode(&p.Location); err != nil {
		t.Fatalf("read where the API is: %v\n%s", err, log)
	}
	return p
}

// kill is kill -9.
func (p *labProgram) kill(t *testing.T) {
	t.Helper()
	if err := p.process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.ended() // killed
}

// programOperator makes its calls by `sagflow-lab flowlog`.
func programOperator(t *testing.T, l *lab) *operator {
	t.Helper()
	flags := map[string]string{
		"FlowLogId": "--flow-log-id", "SmartAGId": "--smart-ag-id", "OutputType": "--output-type",
		"NetflowServerIp": "--netflow-server-ip", "NetflowServerPort": "--netflow-server-port", "NetflowVersion": "--netflow-version",
		"ActiveAging": "--active-aging", "InactiveAging": "--inactive-aging",
	}
	return &operator{t, func(ctx context.Context, command string, p flowlog.Parameters) (string, error) {
		args := []string{"flowlog", command, "-o", "id"}
		for name, value := range p {
			args = append(args, flags[name], value)
		}
		cmd := exec.CommandContext(ctx, program(t, "sagflow-lab"), args...)
		cmd.Env = environment("SAGFLOW_LAB_ENDPOINT="+l.API, "SAGFLOW_LAB_CREDENTIALS="+l.Credentials)
		out, err := cmd.Output()
		if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
			err = errors.New(string(failed.Stderr))
		}
		return strings.TrimSpace(string(out)), err
	}}
}

// startDeviceProgram runs `sagflow replay -c`.
func startDeviceProgram(t *testing.T, config string) *device {
	t.Helper()
	dir := filepath.Dir(config)
	summary := filepath.Join(dir, "summary.json")
	d := &device{state: filepath.Join(dir, "state"), poll: pollInterval, log: new(buffer)}
	cmd := exec.Command(program(t, "sagflow"), "replay", "-q", "-c", config, "--speed", "1000", "--times", "now", "--loop", "0",
		"--summary", summary, testutil.Testdata(t, capture))
	cmd.Env, cmd.Stderr = environment(), d.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	d.end = sync.OnceValue(func() *agent.Summary {
		_ = cmd.Process.Signal(os.Interrupt) // Wait says whether it had ended
		_ = cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != 130 {
			t.Errorf("interrupted, sagflow replay ended with exit code %d, want 130\n%s", code, d.log)
		}
		return readSummary(t, summary)
	})
	t.Cleanup(func() {
		d.end()
		if t.Failed() {
			t.Logf("the device's log:\n%s", d.log)
		}
	})
	return d
}

func readSummary(t *testing.T, path string) *agent.Summary {
	t.Helper()
	text, err := os.ReadFile(path)
	sum := new(agent.Summary)
	if err == nil {
		err = json.Unmarshal(text, sum)
	}
	if err != nil {
		t.Error(err)
		return nil
	}
	return sum
}

// The same as TestSwitches, by the programs as they are built for users.
func TestPrograms(t *testing.T) {
	dir := t.TempDir()
	s := &scene{t: t, dir: dir, lab: startLabProgram(t, dir, anyPort).lab, one: startStation(t, "one", anyPort), two: startStation(t, "two", anyPort)}
	s.api = programOperator(t, s.lab)
	s.config = writeConfig(t, dir, s.lab.API, s.lab.Credentials, pollInterval)
	id := s.api.create(to(s.one, "V9", 300, 15))
	s.api.bind(id, gateway)
	s.device = startDeviceProgram(t, s.config)
	s.device.until(t, "the first FlowLog in force", sends(id, s.one.output("V9")))
	s.flowing(s.one)
	s.switches(id)
	s.checkStatusCommand("health      good", s.one.output("V10")+" (from generation "+strconv.Itoa(len(s.effects)+1)+"), in force")
	t.Log(s.times())
	sum := s.finish()
	s.checkGenerations(sum)
	s.checkAging()
	t.Log(s.sums(sum))
	s.checkStatusCommand("ended, was running", "health      good")
}

// checkStatusCommand looks for texts in what `sagflow status` prints, and for its exit code 0.
func (s *scene) checkStatusCommand(wants ...string) {
	s.t.Helper()
	out := testutil.MustRun(s.t, patience, program(s.t, "sagflow"), "status", "-c", s.config)
	for _, want := range wants {
		if !bytes.Contains(out, []byte(want)) {
			s.t.Errorf("sagflow status lacks %q:\n%s", want, out)
		}
	}
}
