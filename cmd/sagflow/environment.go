package main

import (
	"context"
	"io"
	"log/slog"
)

// environment is what a command gets from the process: nothing reaches for os.Stdout or a global
// logger, so that the command line is tested in-process.
type environment struct {
	// Context ends at the first SIGINT or SIGTERM: finish. Hurry ends at the second: stop waiting.
	Context, Hurry context.Context //nolint:containedctx // it is the one argument of every command
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Log            *slog.Logger
	// Terminal says that Stderr is one.
	Terminal bool
}
