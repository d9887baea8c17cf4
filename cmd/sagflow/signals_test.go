package main

import (
	"syscall"
	"testing"
	"time"
)

// Two signals at once are one request, as timeout(1) sends them; a later one is a second.
func TestSignals(t *testing.T) {
	ctx, hurry, stop := signals(t.Context())
	defer stop()
	kill := func(s syscall.Signal) {
		t.Helper()
		if err := syscall.Kill(syscall.Getpid(), s); err != nil {
			t.Fatal(err)
		}
	}
	kill(syscall.SIGTERM)
	<-ctx.Done()
	kill(syscall.SIGTERM)
	select {
	case <-hurry.Done():
		t.Fatal("a signal in the same moment counts as a second one")
	case <-time.After(sameStop + 50*time.Millisecond):
	}
	kill(syscall.SIGINT)
	select {
	case <-hurry.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("the second signal did not end the waiting")
	}
}
