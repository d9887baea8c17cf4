package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/agent"
)

// Exit codes.
const (
	exitError       = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// commandLine is all of it: kong reads the flags' names, help and defaults from the tags.
type commandLine struct {
	LogFormat string `enum:"text,json" default:"text" placeholder:"text|json" help:"Form of the log lines on standard error (${enum})."`

	Replay  replayCmd  `cmd:"" help:"Read captures, count their flows, and export them."`
	Collect collectCmd `cmd:"" help:"Receive NetFlow V5, V9 and IPFIX, and account for what was lost."`
	Check   checkCmd   `cmd:"" help:"Check a device's configuration, and explain it."`
	Status  statusCmd  `cmd:"" help:"Print what a device is doing."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// exit is how kong's --help ends the parsing.
type exit int

// run is main without the process: it parses args, runs the command and returns the exit code.
func run(ctx, hurry context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exit:
			code = int(r)
		default:
			panic(r)
		}
	}()
	var line commandLine
	parser, err := kong.New(&line,
		kong.Name("sagflow"),
		kong.Description("The flow log of a gateway, as software: packets in, NetFlow V5, V9 or IPFIX out, every loss counted."),
		kong.Writers(stdout, stderr), kong.Exit(func(c int) { panic(exit(c)) }),
		kong.Vars{"maxFlows": fmt.Sprint(flowtable.DefaultMaxFlows), "exportRate": fmt.Sprint(agent.DefaultExportRate), "stateDirectory": config.DefaultStateDirectory},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}))
	if err != nil {
		return fail(stderr, err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "sagflow: %v\nsee sagflow %s--help\n", err, commandOf(err))
		return exitUsage
	}
	return fail(stderr, command.Run(&environment{
		Context: ctx, Hurry: hurry, Stdin: stdin, Stdout: stdout, Stderr: stderr,
		Log: logger(line.LogFormat, stderr), Terminal: isTerminal(stderr),
	}))
}

// commandOf returns the command that a parse error belongs to, with a space behind it.
func commandOf(err error) string {
	if e := (*kong.ParseError)(nil); errors.As(err, &e) && e.Context != nil && e.Context.Command() != "" {
		if s := e.Context.Selected(); s != nil {
			return s.Name + " "
		}
	}
	return ""
}

// fail prints an error, a line for each where several were joined, and returns the exit code.
func fail(stderr io.Writer, err error) int {
	if code := exitCode(0); errors.As(err, &code) {
		return int(code)
	}
	for _, e := range parts(err) {
		fmt.Fprintf(stderr, "sagflow: %v\n", e)
	}
	wrong := (*agent.OptionError)(nil)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, agent.ErrInterrupted):
		return exitInterrupted
	case errors.As(err, &wrong):
		return exitUsage
	}
	return exitError
}

func parts(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, parts(e)...)
	}
	return all
}

func logger(format string, w io.Writer) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
