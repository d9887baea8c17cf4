package testutil

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Result is how a command ended.
type Result struct {
	// Code is the exit code, -1 where a signal ended the command.
	Code           int
	Stdout, Stderr []byte
}

// Run runs a command to its end, for at most the time limit; a command that can't be started or
// takes longer fails the test. An exit code other than 0 does not.
func Run(tb testing.TB, limit time.Duration, name string, args ...string) Result {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), limit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		tb.Fatalf("run %s %s: not done after %v\n%s", name, strings.Join(args, " "), limit, stderr.Bytes())
	case err != nil && !errors.As(err, &exit):
		tb.Fatalf("run %s: %v", name, err)
	}
	return Result{cmd.ProcessState.ExitCode(), stdout.Bytes(), stderr.Bytes()}
}

// MustRun is Run for commands that must exit with 0. It returns their standard output.
func MustRun(tb testing.TB, limit time.Duration, name string, args ...string) []byte {
	tb.Helper()
	r := Run(tb, limit, name, args...)
	if r.Code != 0 {
		tb.Fatalf("%s %s: exit code %d\n%s%s", name, strings.Join(args, " "), r.Code, r.Stdout, r.Stderr)
	}
	return r.Stdout
}
