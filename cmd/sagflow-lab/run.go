package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/sagflow/sagflow/internal/cli"
	"github.com/sagflow/sagflow/internal/lab/flowlogcli"
)

const name = "sagflow-lab"

// commandLine is all of it: kong reads the flags' names, help and defaults from the tags.
type commandLine struct {
	LogFormat string `enum:"text,json" default:"text" placeholder:"text|json" help:"Form of the log lines on standard error (${enum})."`
	LogLevel  string `enum:"debug,info,warn,error" default:"info" placeholder:"info" help:"The least important log lines that are written: ${enum} (default info)."`

	API     apiCmd     `cmd:"" name:"api" help:"Serve the Smartag API, version 2018-03-13, for FlowLogs."`
	Flowlog flowlogCmd `cmd:"" help:"Create, change, bind and list FlowLogs by the Smartag API."`
	SLS     slsCmd     `cmd:"" name:"sls" help:"Serve Log Service, or count what came."`
	Fault   faultCmd   `cmd:"" help:"Make a server of the lab fail on request."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// environment is what a command gets from the process, so that the command line is tested in-process.
type environment struct {
	Context        context.Context //nolint:containedctx // it is the one argument of every command
	Stdout, Stderr io.Writer
	Log            *slog.Logger
}

// run is main without the process: it parses args, runs the command and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var line commandLine
	program := newProgram(stdout, stderr)
	command, code := program.Parse(&line, args)
	if command == nil {
		return code
	}
	return fail(ctx, stderr, command.Run(&environment{
		Context: ctx, Stdout: stdout, Stderr: stderr, Log: cli.Logger(line.LogFormat, line.LogLevel, stderr),
	}))
}

func newProgram(stdout, stderr io.Writer) cli.Program {
	return cli.Program{
		Name: name, Description: "A lab for flow logs without a cloud account: the Smartag API with a client of it, and Log Service.",
		Vars: help(), Stdout: stdout, Stderr: stderr,
	}
}

// fail prints an error, a line for each where several were joined, with what to do next, and
// returns the exit code.
func fail(ctx context.Context, stderr io.Writer, err error) int {
	for _, e := range cli.Errors(err) {
		fmt.Fprintf(stderr, "%s: %v\n", name, e)
		if advice := flowlogcli.Advice(e); advice != "" {
			fmt.Fprintf(stderr, "  next: %s\n", advice)
		}
	}
	usage, option := (*cli.UsageError)(nil), (*flowlogcli.OptionError)(nil)
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "see %s %s --help\n", name, usage.Command)
		return cli.ExitUsage
	case errors.As(err, &option):
		return cli.ExitUsage
	case ctx.Err() != nil:
		return cli.ExitInterrupted
	}
	return cli.ExitError
}
