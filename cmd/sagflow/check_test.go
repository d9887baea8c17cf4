package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/internal/cli"
)

// checking writes a configuration and checks it in this process.
func checking(t *testing.T, text string, c checkCmd, stdout io.Writer) error {
	t.Helper()
	c.File = filepath.Join(t.TempDir(), "agent.yaml")
	if err := os.WriteFile(c.File, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return c.Run(&environment{Context: t.Context(), Stdout: stdout, Stderr: io.Discard})
}

const netflowAlone = "smart-access-gateway: {id: sag-1, region: cn-shanghai}\nflowlog: {OutputType: netflow, NetflowServerIp: 192.0.2.9}\n"

func TestCheckPrints(t *testing.T) {
	for _, c := range []struct {
		command checkCmd
		want    string
	}{
		{checkCmd{}, "agent.yaml: ok\n"},
		{checkCmd{Explain: true}, "flowlog.ActiveAging                 300               default\n"},
		{checkCmd{NoCredentials: true}, "FlowLog  in this file: aging 300 s / 15 s, NetFlow V9 to 192.0.2.9:9995\n"},
	} {
		var out bytes.Buffer
		if err := checking(t, netflowAlone, c.command, &out); err != nil || !strings.Contains(out.String(), c.want) {
			t.Errorf("%+v: %v, %s", c.command, err, &out)
		}
	}
}

// Faults are an error of several, so that each gets its line; nothing is printed beside them.
func TestCheckReturnsFaults(t *testing.T) {
	var out bytes.Buffer
	err := checking(t, netflowAlone+"metrics: x\ninterfaces: eth0\n", checkCmd{Explain: true}, &out)
	var faults config.Faults
	if !errors.As(err, &faults) || len(faults) != 2 || len(cli.Errors(err)) != 2 || out.Len() != 0 {
		t.Errorf("%v, %s", err, &out)
	}
	if code := fail(io.Discard, err); code != cli.ExitError {
		t.Errorf("exit code %d", code)
	}
}

// fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestCheckReportsFullDisk(t *testing.T) {
	for _, c := range []checkCmd{{}, {Explain: true}} {
		if err := checking(t, netflowAlone, c, fullDisk{}); err == nil || !strings.Contains(err.Error(), "no space left") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
