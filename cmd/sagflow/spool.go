package main

import (
	"context"
	"errors"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
	"github.com/sagflow/sagflow/internal/cli"
	"github.com/sagflow/sagflow/internal/spoolcli"
)

// spoolCmd is `sagflow spool`: its flags hold for each command below it.
type spoolCmd struct {
	stateFlags
	Output string `short:"o" enum:"text,json" default:"text" placeholder:"text|json" help:"Print text, or a line of JSON for each batch (default ${default})."`

	List   spoolListCmd   `cmd:"" help:"List the batches that wait or are set aside, and the sums."`
	Show   spoolShowCmd   `cmd:"" help:"Print one batch in full, its records included."`
	Export spoolExportCmd `cmd:"" help:"Write batches out; they stay in the spool."`
	Retry  spoolRetryCmd  `cmd:"" help:"Queue batches again that Log Service refused and that are set aside."`
	Drop   spoolDropCmd   `cmd:"" help:"Drop batches for good."`
}

// Help is what --help shows below the flags.
func (*spoolCmd) Help() string {
	return `The spool holds the batches of records that Log Service has not taken yet, and those that it refused:
these are set aside. While a device runs, it is asked through the socket spool.sock in its state
directory, as its user or root; else the files are used. Without a device, list, show and export change
nothing, but a device can't use the spool as long as they run.

Examples:
  sagflow spool list -c /etc/sagflow/agent.yaml      what waits, and why it is set aside
  sagflow spool list --totals                        what became of all batches
  sagflow spool show 4711                            one batch and its records
  sagflow spool retry --set-aside                    once the cause is mended
  sagflow spool export --set-aside --to refused      keep the records elsewhere, then
  sagflow spool drop --set-aside                     give them up

Exit codes: 0 done, 1 an error, or not done for some of the batches, 2 wrong usage, 130 interrupted.`
}

// use opens the spool and does something with it.
func (c *spoolCmd) use(env *environment, change bool, do func(context.Context, spoolctl.Control, *spoolcli.Printer) error) error {
	directory, err := c.directory()
	if err != nil {
		return err
	}
	control, err := spoolctl.Open(env.Context, spoolctl.OpenOptions{StateDirectory: directory, Change: change, Logger: env.Log})
	if err == nil {
		printer := &spoolcli.Printer{
			Out: env.Stdout, Err: env.Stderr, JSON: c.Output == "json", Width: cli.Width(env.Stdout), Progress: env.Terminal, Now: time.Now,
		}
		err = errors.Join(do(env.Context, control, printer), control.Close())
	}
	if errors.Is(err, context.Canceled) && env.Context.Err() != nil {
		_, _ = env.Stderr.Write([]byte("sagflow: interrupted\n"))
		return exitCode(cli.ExitInterrupted)
	}
	return err
}
