package rtnetlink

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Events waits for notifications. It is used by one goroutine; Close may be called by others.
type Events struct {
	file *os.File
	buf  []byte
}

// Listen opens Events of the groups (RTMGRP_, as a bit mask) in the network namespace of the calling
// thread.
func Listen(groups uint32) (*Events, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("open rtnetlink socket: %w", err)
	}
	// As little as the kernel allows, one message or two: all others of a storm it then need not copy, nor
	// we read. What it says instead is ENOBUFS, which wakes as well.
	err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 1)
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: groups})
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("join rtnetlink's groups %#x: %w", groups, err)
	}
	return &Events{os.NewFile(uintptr(fd), "rtnetlink"), make([]byte, 1)}, nil
}

// Close closes the socket. Whoever waits gets os.ErrClosed.
func (e *Events) Close() error { return e.file.Close() }

// Wait returns when something came, or after the limit (0: none), and says which. The error is the
// context's, or os.ErrClosed.
func (e *Events) Wait(ctx context.Context, limit time.Duration) (came bool, err error) {
	deadline := time.Time{}
	if limit > 0 {
		deadline = time.Now().Add(limit)
	}
	if err := e.file.SetReadDeadline(deadline); err != nil {
		return false, closed(err)
	}
	// Where the context ends from here on, the read ends: its deadline then replaces this one.
	stop := context.AfterFunc(ctx, func() { _ = e.file.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	_, err = e.file.Read(e.buf)
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case errors.Is(err, os.ErrClosed):
		return false, err
	}
	return !errors.Is(err, os.ErrDeadlineExceeded), nil // a message, or ENOBUFS in the place of some
}

// Settle waits so long and then reads off whatever came, so that a storm is one event. It says
// whether something came.
func (e *Events) Settle(ctx context.Context, wait time.Duration) (came bool, err error) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-timer.C:
		return e.Drain()
	}
}

// mostDrained is more than the smallest buffer ever holds. What comes while it is read off can wait.
const mostDrained = 64

// Drain reads off what came, without waiting, and says whether there was something.
func (e *Events) Drain() (some bool, err error) {
	raw, err := e.file.SyscallConn()
	if err != nil {
		return false, closed(err)
	}
	err = raw.Control(func(fd uintptr) {
		for range mostDrained {
			_, err := unix.Read(int(fd), e.buf)
			if errors.Is(err, unix.EAGAIN) {
				return
			}
			some = some || !errors.Is(err, unix.EINTR)
		}
	})
	return some, closed(err)
}

// closed turns the error of what only fails on closed files into one that says so to errors.Is: the
// poller's own is not exported.
func closed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", os.ErrClosed, err)
}
