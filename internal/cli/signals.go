package cli

import (
	"context"
	"os/signal"
	"syscall"
)

// Signals returns a context that the first SIGINT or SIGTERM ends; the second is the system's
// default: death. SIGPIPE is ignored: a closed pipe is an error of the write.
func Signals(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(parent, syscall.SIGINT, syscall.SIGTERM)
	signal.Ignore(syscall.SIGPIPE)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
