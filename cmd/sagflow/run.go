package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/cli"
)

// commandLine is all of it: kong reads the flags' names, help and defaults from the tags.
type commandLine struct {
	LogFormat string `enum:"text,json" default:"text" placeholder:"text|json" help:"Form of the log lines on standard error (${enum})."`
	LogLevel  string `enum:"debug,info,warn,error" default:"info" placeholder:"info" help:"The least important log lines that are written: ${enum} (default info)."`

	Replay  replayCmd  `cmd:"" help:"Read captures, count their flows, and export them."`
	Run     runCmd     `cmd:"" help:"Capture from interfaces, count their flows, and export them as the FlowLog says."`
	Collect collectCmd `cmd:"" help:"Receive NetFlow V5, V9 and IPFIX, and account for what was lost."`
	Check   checkCmd   `cmd:"" help:"Check a device's configuration, and explain it."`
	Status  statusCmd  `cmd:"" help:"Print what a device is doing."`
	Spool   spoolCmd   `cmd:"" help:"Look into what waits for Log Service, queue it again, or drop it."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// run is main without the process: it parses args, runs the command and returns the exit code.
func run(ctx, hurry context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var line commandLine
	program := newProgram(stdout, stderr)
	command, code := program.Parse(&line, args)
	if command == nil {
		return code
	}
	return fail(stderr, command.Run(&environment{
		Context: ctx, Hurry: hurry, Stdin: stdin, Stdout: stdout, Stderr: stderr,
		Log: cli.Logger(line.LogFormat, line.LogLevel, stderr), Terminal: cli.Width(stderr) > 0,
	}))
}

func newProgram(stdout, stderr io.Writer) cli.Program {
	return cli.Program{
		Name: "sagflow", Description: "The flow log of a gateway, as software: packets in, records out as NetFlow V5, V9, IPFIX or to Log Service, every loss counted.",
		Vars: kong.Vars{
			"maxFlows": fmt.Sprint(flowtable.DefaultMaxFlows), "exportRate": fmt.Sprint(agent.DefaultExportRate),
			"stateDirectory": config.DefaultStateDirectory,
		},
		Stdout: stdout, Stderr: stderr,
	}
}

// fail prints an error, a line for each where several were joined, and returns the exit code.
func fail(stderr io.Writer, err error) int {
	if code := exitCode(0); errors.As(err, &code) {
		return int(code)
	}
	all := cli.Errors(err)
	for _, e := range all {
		fmt.Fprintf(stderr, "sagflow: %v\n", e)
	}
	wrong := (*agent.OptionError)(nil)
	switch {
	case err == nil:
		return 0
	case onlyLeft(all):
		return exitLeft
	case errors.Is(err, agent.ErrInterrupted):
		return cli.ExitInterrupted
	case errors.As(err, &wrong):
		return cli.ExitUsage
	}
	return cli.ExitError
}

// exitLeft is the exit code of a run after which records stay in the spool, and nothing else is wrong.
const exitLeft = 3

// onlyLeft says that records stayed in the spool and that this is all there is to say, but for an
// interrupt.
func onlyLeft(all []error) bool {
	stayed := false
	for _, err := range all {
		left := (*sls.LeftError)(nil)
		switch {
		case errors.As(err, &left) && left.Dropped.Records == 0:
			stayed = true
		case !errors.Is(err, agent.ErrInterrupted) && !errors.Is(err, agent.ErrGivenUp):
			return false
		}
	}
	return stayed
}
