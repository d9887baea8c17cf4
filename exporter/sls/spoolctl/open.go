package spoolctl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// OpenOptions say how a spool is opened.
type OpenOptions struct {
	// StateDirectory is the device's.
	StateDirectory string
	// Change says that batches will be dropped or queued again. Without it, nothing on disk changes
	// where no device runs, and Retry and Drop fail with spool.ErrReadOnly.
	Change bool
	// Wait is how long a spool may be in use by a process that does not answer, as a device that is
	// about to start or end; 0 means DefaultWait.
	Wait time.Duration
	// Logger gets what is found to be damaged, and what that means; nil is silent.
	Logger *slog.Logger
}

// DefaultWait is how long Open waits unless it is told otherwise.
const DefaultWait = 2 * time.Second

// againAfter is how soon Open tries again.
const againAfter = 50 * time.Millisecond

// Open takes the spool's lock where it is free, and else asks the device that has it. The error is a
// *NoSpoolError where there is no spool: none is ever made. It is a *BusyError where the spool is in use
// and nobody answers.
func Open(ctx context.Context, o OpenOptions) (Control, error) {
	dir := Directory(o.StateDirectory)
	switch there, err := spool.Exists(dir); {
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("open spool: %w: run this as the device's user or as root", err)
	case err != nil:
		return nil, fmt.Errorf("open spool: %w", err)
	case !there:
		return nil, &NoSpoolError{o.StateDirectory}
	}
	if o.Wait == 0 {
		o.Wait = DefaultWait
	}
	late := time.Now().Add(o.Wait)
	for {
		c, err := o.try(ctx, dir)
		busy := (*BusyError)(nil)
		if !errors.As(err, &busy) || time.Now().After(late) {
			return c, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(againAfter):
		}
	}
}

// unbounded are options by which nothing is dropped to make room or for its age: what a device keeps is
// the device's to know.
func unbounded(o spool.Options) spool.Options {
	o.MaxBytes, o.MaxBatches, o.MinFree = math.MaxInt64, math.MaxInt, -1
	o.MaxAge, o.AsideMaxAge = math.MaxInt64, math.MaxInt64
	return o
}

// try opens the spool in the way that is possible now.
func (o *OpenOptions) try(ctx context.Context, dir string) (Control, error) {
	s, err := spool.Open(unbounded(spool.Options{Dir: dir, ReadOnly: !o.Change, Logger: o.Logger}))
	if err == nil {
		return &offline{local{s, dir, func() {}}, s}, nil
	}
	locked := (*spool.LockedError)(nil)
	if !errors.As(err, &locked) {
		return nil, err
	}
	client, err := Dial(ctx, Socket(o.StateDirectory))
	if errors.Is(err, ErrNoServer) {
		return nil, &BusyError{dir, Socket(o.StateDirectory), locked.Owner}
	}
	if err != nil {
		return nil, err
	}
	return client, nil
}

// offline is a spool that this process has open.
type offline struct {
	local
	spool *spool.Spool
}

// Close gives the spool's lock back.
func (o *offline) Close() error { return o.spool.Close() }
