package spool

import (
	"fmt"
	"log/slog"
	"time"
)

// Defaults of Options.
const (
	DefaultMaxBytes    = 256 << 20
	DefaultMaxBatches  = 1 << 17
	DefaultMaxAge      = 72 * time.Hour
	DefaultAsideMaxAge = 14 * 24 * time.Hour
	DefaultMinFree     = 0.10
	minMaxBytes        = 64 << 10
)

// Options are a spool's settings.
type Options struct {
	// Dir is made with 0700 where it is not there; files are 0600.
	Dir string
	// MaxBytes bounds all files together, at least 64 KiB; 0 means DefaultMaxBytes.
	MaxBytes int64
	// MaxBatches bounds the index, some 200 octets of memory a batch; 0 means DefaultMaxBatches.
	MaxBatches int
	// MaxAge is how long a batch is queued, and AsideMaxAge how long it stays set aside, both from
	// its creation; 0 means the default.
	MaxAge, AsideMaxAge time.Duration
	// MinFree is the share of the file system, from 0 to below 1, that stays free: where less is,
	// the spool doesn't grow. 0 means DefaultMinFree, a negative number no such limit.
	MinFree float64
	// SyncInterval is how long an accepted batch may be without fsync; 0 means that Append returns
	// after it.
	SyncInterval time.Duration
	// ReadOnly opens a spool to look at it: the directory must be there, nothing but the lock is
	// written, and what Open mends it mends for this process alone. Several may have it open so at the
	// same time, with nobody else. Append, Done, SetAside, Release, Drop and Maintain return ErrReadOnly.
	ReadOnly bool
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// FS is the disk; nil means the system's.
	FS FS
	// Logger gets what an operator should know; nil is silent.
	Logger *slog.Logger
}

// complete checks the options and fills in the defaults.
func (o Options) complete() (Options, error) {
	if o.Dir == "" {
		return o, fmt.Errorf("spool directory %q: want a path", o.Dir)
	}
	if o.MaxBytes != 0 && o.MaxBytes < minMaxBytes {
		return o, fmt.Errorf("spool of %d octets: want at least %d", o.MaxBytes, minMaxBytes)
	}
	if o.MaxAge < 0 || o.AsideMaxAge < 0 || o.SyncInterval < 0 || o.MaxBatches < 0 {
		return o, fmt.Errorf("spool ages %v and %v, sync interval %v, %d batches: want none below 0",
			o.MaxAge, o.AsideMaxAge, o.SyncInterval, o.MaxBatches)
	}
	if !(o.MinFree < 1) {
		return o, fmt.Errorf("share %v of the disk to be left free: want less than 1", o.MinFree)
	}
	return o.withDefaults(), nil
}

func (o Options) withDefaults() Options {
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.MaxBatches == 0 {
		o.MaxBatches = DefaultMaxBatches
	}
	if o.MaxAge == 0 {
		o.MaxAge = DefaultMaxAge
	}
	if o.AsideMaxAge == 0 {
		o.AsideMaxAge = DefaultAsideMaxAge
	}
	if o.MinFree == 0 {
		o.MinFree = DefaultMinFree
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.FS == nil {
		o.FS = osFS{readOnly: o.ReadOnly}
	}
	if o.ReadOnly {
		o.FS = readOnlyFS{o.FS}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// segmentSize is where a segment ends: small enough that dropping one loses little, and that
// what is delivered soon gives its space back.
func (o Options) segmentSize() int64 { return min(max(o.MaxBytes/32, 8<<10), 4<<20) }
