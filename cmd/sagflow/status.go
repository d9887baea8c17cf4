package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
)

// statusCmd is `sagflow status`.
type statusCmd struct {
	stateFlags
	JSON bool `name:"json" help:"Print the status as it is on disk, in JSON."`
}

// Help is what --help shows below the flags.
func (*statusCmd) Help() string {
	return `Reads status.json, which a device writes each second, and at once when something changes.

Examples:
  sagflow status -c /etc/sagflow/agent.yaml
  sagflow status --state-directory /var/lib/sagflow --json

Exit code 0: running or inactive, in good health, or ended in order. 1: there is no status, or it
can't be read. 3: there is trouble (a configuration that can't be put in force, a source that does not
answer, records that don't arrive), or the status is more than 10 s old, or its process is gone.`
}

// exitTrouble is the exit code of a status that has troubles.
const exitTrouble = 3

// exitCode is an error that only decides the exit code: what there is to say was printed.
type exitCode int

// Error implements error.
func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// Run prints the status.
func (c *statusCmd) Run(env *environment) error {
	directory, err := c.directory()
	if err != nil {
		return err
	}
	s, err := agent.ReadStatus(directory)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w: no device has run in this state directory; -c names the configuration of the one that is meant", err)
	}
	if err != nil {
		return err
	}
	now := time.Now()
	if c.JSON {
		encoder := json.NewEncoder(env.Stdout)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(s)
	} else {
		err = s.Print(env.Stdout, now)
	}
	if err == nil && len(s.Complaints(now)) > 0 {
		return exitCode(exitTrouble)
	}
	return err
}
