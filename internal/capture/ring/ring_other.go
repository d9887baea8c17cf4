//go:build !linux

package ring

import (
	"time"

	"github.com/sagflow/sagflow/internal/capture"
)

// Ring is the ring of a worker. There is none on this system.
type Ring struct{}

const feature = "packet sockets (AF_PACKET), which capture needs: they are Linux's"

// Open returns an *UnsupportedError, unless the options are wrong.
func Open(o Options) ([]*Ring, error) {
	if _, err := o.checked(); err != nil {
		return nil, err
	}
	return nil, &UnsupportedError{Feature: feature}
}

// Next returns an *UnsupportedError.
func (r *Ring) Next([]capture.Frame) (int, error) { return 0, &UnsupportedError{Feature: feature} }

// Close does nothing.
func (r *Ring) Close() error { return nil }

// Descriptor returns -1.
func (r *Ring) Descriptor() int { return -1 }

// Interface returns 0.
func (r *Ring) Interface() uint32 { return 0 }

// Lag returns 0.
func (r *Ring) Lag() time.Duration { return 0 }

// Size returns 0.
func (r *Ring) Size() int { return 0 }

// Statistics returns an *UnsupportedError.
func (r *Ring) Statistics() (capture.Statistics, error) {
	return capture.Statistics{}, &UnsupportedError{Feature: feature}
}
