package endtoend

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// deviceRun is one run of the device's program.
type deviceRun struct {
	cmd     *exec.Cmd
	log     *logReader
	summary string
	ended   chan struct{}
	// drains says that it only delivers what is in the spool, killed that it was killed by the test, hurried that it
	// was interrupted twice, disk that its disk was full at some time.
	drains, killed, hurried, disk, checked bool
}

// startRun runs `sagflow replay -c` on the capture.
func startRun(t *testing.T, program string, book *ledger, summary, config string, more ...string) *deviceRun {
	t.Helper()
	args := append([]string{"--log-format", "json", "--log-level", "debug", "replay", "-q", "-c", config, "--summary", summary}, more...)
	r := &deviceRun{
		cmd: exec.Command(program, append(args, testutil.Testdata(t, capture))...), log: book.reader(), summary: summary, ended: make(chan struct{}),
	}
	r.cmd.Env, r.cmd.Stderr = environment(), r.log
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = r.cmd.Wait() // fate says how it ended
		close(r.ended)
	}()
	t.Cleanup(func() {
		_ = r.cmd.Process.Kill() // it may have ended
		<-r.ended
	})
	return r
}

func (r *deviceRun) signal(s syscall.Signal) {
	r.killed = r.killed || s == syscall.SIGKILL && !r.over()
	_ = r.cmd.Process.Signal(s) // it may have ended
}

// await waits for its end.
func (r *deviceRun) await(limit time.Duration) bool {
	left := time.NewTimer(limit)
	defer left.Stop()
	select {
	case <-r.ended:
		return true
	case <-left.C:
		return false
	}
}

func (r *deviceRun) over() bool {
	select {
	case <-r.ended:
		return true
	default:
		return false
	}
}

// code is the exit code, -1 where a signal ended it.
func (r *deviceRun) code() int { return r.cmd.ProcessState.ExitCode() }

func (r *deviceRun) fate() string {
	if !r.over() {
		return "running"
	}
	return r.cmd.ProcessState.String()
}

// read reads the summary of a run that ended in order.
func (r *deviceRun) read() (*agent.Summary, error) {
	text, err := os.ReadFile(r.summary)
	if err == nil && len(text) == 0 {
		err = errors.New("it is empty")
	}
	sum := new(agent.Summary)
	if err == nil {
		err = json.Unmarshal(text, sum)
	}
	if err != nil {
		return nil, fmt.Errorf("read summary %q: %w", r.summary, err)
	}
	return sum, nil
}
