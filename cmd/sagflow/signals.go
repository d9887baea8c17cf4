package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// sameStop is how soon after the first a signal is still the same request: timeout(1) sends one to its command and
// another to its process group, a service manager may do so too, and nobody presses a key twice as fast.
const sameStop = 200 * time.Millisecond

// signals returns two contexts: the first SIGINT or SIGTERM ends ctx, and the program finishes what
// it has; the second one ends hurry, and it stops waiting. A third is the system's default: death.
func signals(parent context.Context) (ctx, hurry context.Context, stop func()) {
	ctx, cancel := context.WithCancel(parent)
	hurry, cancelHurry := context.WithCancel(parent)
	c := make(chan os.Signal, 2)
	signal.Notify(c, syscall.SIGINT, syscall.SIGTERM)
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error of the write, with the rest finished and summed
	go func() {
		<-c
		cancel()
		for first := time.Now(); ; {
			if <-c; time.Since(first) >= sameStop {
				break
			}
		}
		cancelHurry()
		signal.Stop(c)
	}()
	return ctx, hurry, func() { signal.Stop(c); cancel(); cancelHurry() }
}
