//go:build !linux

package links

import (
	"context"
	"errors"
)

// errSystem is what everything that asks the system answers here.
var errSystem = errors.New("follow interfaces: only Linux has rtnetlink")

// Follower follows interfaces on Linux.
type Follower struct{}

// New returns an error.
func New(Options) (*Follower, error) { return nil, errSystem }

// Run returns an error.
func (*Follower) Run(context.Context) error { return errSystem }

// SetPatterns does nothing.
func (*Follower) SetPatterns(Patterns) {}

// Close does nothing.
func (*Follower) Close() error { return nil }

// Links are none.
func (*Follower) Links() []Link { return nil }

// Names are none.
func (*Follower) Names() map[uint32]string { return nil }

// List returns an error.
func List() ([]Link, error) { return nil, errSystem }

func present() ([]string, error) { return nil, errSystem }
