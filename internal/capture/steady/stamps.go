package steady

import (
	"time"

	"github.com/sagflow/sagflow/internal/capture"
)

// slack is how far stamps may be out of order, and after now: they are taken by several CPUs, before the ring's lock.
const slack = int64(20 * time.Millisecond)

// Stamps turn one source's stamps into times of a timeline. They are used by the source's goroutine.
type Stamps struct {
	lag    int64
	newest int64 // time of the newest frame so far
	empty  int64 // when the source was found empty: what was stamped lag before that has been read
	known  bool  // newest has a value
}

// NewStamps are those of a source with the given Lag, opened now by the timeline.
func NewStamps(lag time.Duration, now int64) *Stamps { return &Stamps{lag: int64(lag), empty: now} }

// Empty notes that the source had nothing at now.
func (s *Stamps) Empty(now int64) { s.empty = max(s.empty, now) }

// Read returns the time up to which all frames have been read, where the source was just empty or not.
func (s *Stamps) Read(empty bool, now int64) int64 {
	if empty || !s.known {
		return now - s.lag
	}
	return s.newest
}

// Newest is the time of the newest frame so far, by the timeline; 0 before the first one.
func (s *Stamps) Newest() int64 { return s.newest }

// Ahead says that the newest of frames would be after now: the wall clock was stepped since it was read. Then it is to
// be read again before they are converted.
func Ahead(frames []capture.Frame, now int64, o *Offset) bool {
	return len(frames) > 0 && frames[len(frames)-1].Time-o.Nanoseconds > now+slack
}

// Convert turns the stamps of frames, which were read at now with the offset o in force.
func (s *Stamps) Convert(frames []capture.Frame, now int64, o *Offset) {
	if len(frames) == 0 {
		return
	}
	if s.empty-s.lag > o.since { // the source was emptied of what is from before the last step
		s.shift(frames, o.Nanoseconds)
		return
	}
	for i := range frames {
		f := &frames[i]
		f.Time = s.choose(f.Time, now, o)
		s.newest, s.known = max(s.newest, f.Time), true
	}
}

func (s *Stamps) shift(frames []capture.Frame, offset int64) {
	newest := s.newest
	for i := range frames {
		t := frames[i].Time - offset
		frames[i].Time = t
		newest = max(newest, t)
	}
	s.newest, s.known = newest, true
}

// choose picks the offset that was in force when a frame was stamped.
func (s *Stamps) choose(stamp, now int64, o *Offset) int64 {
	floor := s.empty - s.lag
	if s.known {
		floor = max(floor, s.newest)
	}
	after, before := stamp-o.Nanoseconds, stamp-o.before
	fits := func(t int64) bool { return t >= floor-slack && t <= now+slack }
	switch a, b := fits(after), fits(before) && before <= o.since+slack; {
	case a && b:
		if distance(before, floor) < distance(after, floor) {
			return before
		}
		return after
	case b:
		return before
	default:
		return after
	}
}

func distance(a, b int64) int64 {
	if a < b {
		return b - a
	}
	return a - b
}
