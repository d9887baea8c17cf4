//go:build !linux

package routes

import (
	"context"
	"errors"
	"net/netip"
)

// errSystem is what everything that asks the system answers here.
var errSystem = errors.New("look up routes: only Linux has rtnetlink")

// Table answers on Linux.
type Table struct{}

// New returns an error.
func New(Options) (*Table, error) { return nil, errSystem }

// Run returns an error.
func (*Table) Run(context.Context) error { return errSystem }

// Close does nothing.
func (*Table) Close() error { return nil }

// Lookup knows nothing.
func (*Table) Lookup(netip.Addr) (ifIndex uint32, ok bool) { return 0, false }

// Resolve knows nothing.
func (*Table) Resolve(dst []netip.Addr, out []uint32) { clear(out[:len(dst)]) }

// Counters are 0.
func (*Table) Counters() Counters { return Counters{} }
