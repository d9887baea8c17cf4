package rtnetlink

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/testutil/netns"
)

const never = time.Hour

func events(t *testing.T) *Events {
	t.Helper()
	e, err := Listen(unix.RTMGRP_LINK)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

func TestWait(t *testing.T) {
	netns.New(t)
	e := events(t)
	if some, err := e.Drain(); some || err != nil {
		t.Errorf("Drain before anything came: %v, %v", some, err)
	}
	if came, err := e.Wait(t.Context(), time.Millisecond); came || err != nil {
		t.Errorf("Wait to the limit: %v, %v", came, err)
	}
	netns.Run(t, "ip link add d0 type bridge")
	if came, err := e.Wait(t.Context(), never); !came || err != nil {
		t.Errorf("Wait for what came: %v, %v", came, err)
	}
	netns.Run(t, "ip link set d0 up")
	if came, err := e.Wait(t.Context(), 0); !came || err != nil {
		t.Errorf("Wait without limit: %v, %v", came, err)
	}
}

// A storm overflows the buffer (ENOBUFS): that wakes too, and is soon read off.
func TestStorm(t *testing.T) {
	netns.New(t)
	e := events(t)
	for i := range 40 {
		netns.Run(t, fmt.Sprintf("ip link add d%d type bridge", i))
	}
	if came, err := e.Wait(t.Context(), never); !came || err != nil {
		t.Errorf("Wait: %v, %v", came, err)
	}
	if came, err := e.Settle(t.Context(), time.Millisecond); !came || err != nil {
		t.Errorf("Settle: %v, %v", came, err)
	}
	if came, err := e.Settle(t.Context(), time.Millisecond); came || err != nil {
		t.Errorf("Settle when all is settled: %v, %v", came, err)
	}
	if some, err := e.Drain(); some || err != nil {
		t.Errorf("Drain after Settle: %v, %v", some, err)
	}
	netns.Run(t, "ip link del d0")
	if some, err := e.Drain(); !some || err != nil {
		t.Errorf("Drain of one: %v, %v", some, err)
	}
}

func TestContextEndsWaiting(t *testing.T) {
	netns.New(t)
	e := events(t)
	ctx, cancel := context.WithCancel(t.Context())
	waited := waiting(ctx, e)
	go func() { cancel() }()
	if err := <-waited; !errors.Is(err, context.Canceled) {
		t.Errorf("Wait: %v", err)
	}
	if _, err := e.Wait(ctx, never); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait with an ended context: %v", err)
	}
	if _, err := e.Settle(ctx, never); !errors.Is(err, context.Canceled) {
		t.Errorf("Settle with an ended context: %v", err)
	}
	if came, err := e.Wait(t.Context(), time.Millisecond); came || err != nil {
		t.Errorf("Wait with another context: %v, %v", came, err)
	}
}

func TestCloseEndsWaiting(t *testing.T) {
	netns.New(t)
	e := events(t)
	waited := waiting(context.Background(), e)
	_ = e.Close()
	if err := <-waited; !errors.Is(err, os.ErrClosed) {
		t.Errorf("Wait: %v", err)
	}
	if _, err := e.Drain(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Drain: %v", err)
	}
}

// waiting waits in another goroutine.
func waiting(ctx context.Context, e *Events) <-chan error {
	waited := make(chan error, 1)
	go func() {
		_, err := e.Wait(ctx, never)
		waited <- err
	}()
	return waited
}
