package capture

import (
	"errors"
	"time"
)

// ErrDown is the end of a Live source whose interface went down, or away.
var ErrDown = errors.New("the interface is down")

// Live is a Source that captures from one interface what comes.
//
// Next does not block: 0 frames and no error say that nothing is there now. It hands frames out in
// the order in which they were captured, with stamps of CLOCK_REALTIME. An error is final: ErrDown,
// or what else ended the capture; what was captured before has been handed out by then.
//
// One goroutine uses a Live, as it does any Source; Statistics may be called by others too.
type Live interface {
	Source
	// Descriptor is what poll(2) finds readable, or in error, when Next has something to say. It is
	// valid until Close.
	Descriptor() int
	// Interface is the ifIndex.
	Interface() uint32
	// Lag is how long after its stamp a frame is handed out at the latest by a Next that finds
	// nothing before it: where Next returned nothing at a time t, all frames stamped before t - Lag were
	// handed out.
	Lag() time.Duration
	// Statistics are the kernel's counts since the source was opened (packet(7), PACKET_STATISTICS).
	Statistics() (Statistics, error)
}

// Statistics are what the kernel counted for a Live source.
type Statistics struct {
	// Received are frames that passed the filter, Dropped those of them that found no room in the
	// buffer: Received - Dropped is what Next handed out, or will.
	Received, Dropped uint64
}

// Plus returns the sum of both.
func (s Statistics) Plus(o Statistics) Statistics {
	return Statistics{s.Received + o.Received, s.Dropped + o.Dropped}
}
