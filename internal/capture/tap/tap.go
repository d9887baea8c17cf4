package tap

import (
	"sync/atomic"

	"github.com/sagflow/sagflow/internal/capture"
)

// Link is an interface to capture from.
type Link struct {
	// Index is its ifIndex, Name its name.
	Index int
	Name  string
	// Up says that it can be captured from now.
	Up bool
	// MTU is in octets.
	MTU int
	// Direction says which frames are to be captured, for the status.
	Direction string
	// Type is the hardware's (ARPHRD_).
	Type uint16
	// Setup counts the ways in which it was to be captured: with another one, or another Direction, a capture is
	// opened anew.
	Setup int
}

// Tap is an interface that is being captured: a source for each worker.
type Tap struct {
	Link    Link
	Sources []capture.Live

	taps     *Taps
	read     []atomic.Uint64 // frames that each worker took
	finished []bool          // guarded by taps.mu
	detached bool            // likewise
}

// Took counts frames that a worker took from its source.
func (t *Tap) Took(worker int, frames uint64) { t.read[worker].Add(frames) }

// Done says that a worker is finished with its source, which is closed. err is why: capture.ErrDown, or nil where it
// was asked for.
func (t *Tap) Done(worker int, err error) { t.taps.done(t, worker, err) }

// counts are what the kernel and the workers counted. It is called with taps.mu held.
func (t *Tap) counts(worker int) Counts {
	kernel, err := t.Sources[worker].Statistics()
	c := Counts{Received: kernel.Received, Dropped: kernel.Dropped, Read: t.read[worker].Load()}
	if err != nil { // it can't be told any more: what was read was received
		c.Received = max(c.Received, c.Read+c.Dropped)
	}
	return c
}

// Counts are frames of an interface.
type Counts struct {
	// Received passed the filter in the kernel; Dropped of them found no room there, Read were taken. The rest waits
	// to be read, or was left when the capture ended.
	Received uint64 `json:"received"`
	Dropped  uint64 `json:"dropped"`
	Read     uint64 `json:"read"`
}

// Plus returns the sum of both.
func (c Counts) Plus(o Counts) Counts {
	return Counts{c.Received + o.Received, c.Dropped + o.Dropped, c.Read + o.Read}
}

// Waiting is what was received and neither read nor dropped.
func (c Counts) Waiting() uint64 {
	if settled := c.Dropped + c.Read; settled < c.Received {
		return c.Received - settled
	}
	return 0
}
