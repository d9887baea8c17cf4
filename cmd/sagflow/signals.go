package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// signals returns two contexts: the first SIGINT or SIGTERM ends ctx, and the program finishes what
// it has; the second one ends hurry, and it stops waiting. A third is the system's default: death.
func signals(parent context.Context) (ctx, hurry context.Context, stop func()) {
	ctx, cancel := context.WithCancel(parent)
	hurry, cancelHurry := context.WithCancel(parent)
	c := make(chan os.Signal, 2)
	signal.Notify(c, syscall.SIGINT, syscall.SIGTERM)
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error of the write, with the rest finished and summed
	go func() {
		for _, end := range []func(){cancel, cancelHurry} {
			if _, ok := <-c; !ok {
				return
			}
			end()
		}
		signal.Stop(c)
	}()
	return ctx, hurry, func() { signal.Stop(c); cancel(); cancelHurry() }
}
