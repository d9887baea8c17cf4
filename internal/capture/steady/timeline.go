package steady

import (
	"sync"
	"sync/atomic"
	"time"
)

// Limits of what counts as a step.
const (
	// StepLimit is the least difference between two offsets that is a step of the wall clock.
	StepLimit = 50 * time.Millisecond
	// slewLimit is the least difference that is worth a new offset: records are exact to a millisecond.
	slewLimit = 100 * time.Microsecond
	// readLimit is how far apart the two clocks may be read: what is preempted in between is read anew.
	readLimit = 50 * time.Microsecond
	readTries = 8
)

// Clocks reads the wall clock and the monotonic one, in nanoseconds: since 1970, and since any fixed time. The
// wall clock is read between two readings of the other one; spread is what lies between those.
type Clocks func() (wall, monotonic, spread int64)

// System returns the system's clocks.
func System() Clocks {
	start := time.Now()
	return func() (wall, monotonic, spread int64) {
		before, after := time.Now(), time.Now() // each reads the wall clock first
		from, to := before.Sub(start), after.Sub(start)
		return after.UnixNano(), int64(to), int64(to - from)
	}
}

// Timeline turns wall-clock time into one that is never stepped, and back. Any number of goroutines may use it.
type Timeline struct {
	clocks Clocks
	base   int64 // wall clock less monotonic clock at the start
	state  atomic.Pointer[Offset]
	mu     sync.Mutex // taken to change state
}

// Offset is the difference of the wall clock and a timeline.
type Offset struct {
	// Nanoseconds is wall clock less timeline.
	Nanoseconds int64
	// Epoch counts the steps of the wall clock, Step is the size of the last one.
	Epoch uint32
	Step  int64
	// before is the offset before that step, which was noticed at since.
	before, since int64
}

// New begins a timeline.
func New(clocks Clocks) *Timeline {
	t := &Timeline{clocks: clocks}
	wall, monotonic := t.read()
	t.base = wall - monotonic
	t.state.Store(&Offset{since: wall})
	return t
}

// read reads both clocks close to each other.
func (t *Timeline) read() (wall, monotonic int64) {
	for range readTries {
		var spread int64
		if wall, monotonic, spread = t.clocks(); spread <= int64(readLimit) {
			break
		}
	}
	return wall, monotonic
}

// Now returns the time by the timeline, in nanoseconds since 1970, and the offset in force.
func (t *Timeline) Now() (int64, *Offset) {
	wall, monotonic, spread := t.clocks()
	now, o := monotonic+t.base, t.state.Load()
	if drift := wall - now - o.Nanoseconds; -int64(slewLimit) < drift && drift < int64(slewLimit) {
		return now, o
	}
	if spread > int64(readLimit) {
		wall, monotonic = t.read()
		now = monotonic + t.base
	}
	return now, t.adjust(wall-now, now)
}

// adjust puts an offset in force that differs from the one before.
func (t *Timeline) adjust(offset, now int64) *Offset {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.state.Load()
	difference := offset - o.Nanoseconds
	if -int64(slewLimit) < difference && difference < int64(slewLimit) {
		return o // somebody else was first
	}
	next := *o
	next.Nanoseconds = offset
	if difference <= -int64(StepLimit) || difference >= int64(StepLimit) {
		next.Epoch, next.Step, next.before, next.since = o.Epoch+1, difference, o.Nanoseconds, now
	}
	t.state.Store(&next)
	return &next
}

// Offset returns the offset in force.
func (t *Timeline) Offset() *Offset { return t.state.Load() }
