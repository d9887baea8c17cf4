//go:build !linux

package packets

import (
	"errors"
	"time"

	"github.com/sagflow/sagflow/internal/capture"
)

// errSystem is what everything answers here.
var errSystem = errors.New("capture with gopacket: only Linux has packet sockets")

// Source captures on Linux.
type Source struct{}

var _ capture.Live = (*Source)(nil)

// Open returns an error.
func Open(o Options) (*Source, error) {
	_, err := o.complete()
	return nil, errors.Join(err, errSystem)
}

// Next returns an error.
func (*Source) Next([]capture.Frame) (int, error) { return 0, errSystem }

// Close does nothing.
func (*Source) Close() error { return nil }

// Descriptor is none.
func (*Source) Descriptor() int { return -1 }

// Interface is none.
func (*Source) Interface() uint32 { return 0 }

// Lag is none.
func (*Source) Lag() time.Duration { return 0 }

// DirectionKnown is false.
func (*Source) DirectionKnown() bool { return false }

// Statistics returns an error.
func (*Source) Statistics() (capture.Statistics, error) { return capture.Statistics{}, errSystem }
