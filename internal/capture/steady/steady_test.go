package steady

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/internal/capture"
)

// machine has clocks that a test sets.
type machine struct {
	monotonic int64 // the truth
	wall      int64 // less the truth
	spread    int64
}

func (m *machine) clocks() (wall, monotonic, spread int64) {
	return m.monotonic + m.wall, m.monotonic, m.spread
}

func newMachine() *machine { return &machine{monotonic: int64(time.Hour), wall: 1_700_000_000e9} }

// truth turns the machine's time into the timeline's: that of the wall clock before all steps.
func truth(start, monotonic int64) int64 { return start + monotonic }

func TestTimelineFollowsSlewAndCountsSteps(t *testing.T) {
	m := newMachine()
	line := New(m.clocks)
	start := m.wall
	for _, c := range []struct {
		wait, change int64
		epoch        uint32
	}{
		{1e9, 0, 0},
		{1e9, int64(slewLimit), 0},
		{1e9, -int64(3 * time.Millisecond), 0},
		{1e9, int64(StepLimit) - 1, 0},
		{1e9, int64(time.Hour), 1},
		{0, 0, 1},
		{1e9, -int64(2 * time.Hour), 2},
		{1e9, -int64(StepLimit), 3},
	} {
		m.monotonic += c.wait
		m.wall += c.change
		now, o := line.Now()
		if now != truth(start, m.monotonic) || o.Epoch != c.epoch || m.wall-start-o.Nanoseconds >= int64(slewLimit) {
			t.Errorf("after %+v: now %d, want %d; %+v, wall %d", c, now, truth(start, m.monotonic), *o, m.wall-start)
		}
		if c.epoch > 0 && c.change != 0 && o.Step != c.change {
			t.Errorf("step %d, want %d", o.Step, c.change)
		}
	}
}

// Clocks that are read far apart, since the process was preempted in between, are no step: they are read again.
func TestTimelineReadsAgain(t *testing.T) {
	m := newMachine()
	tries := 0
	line := New(func() (wall, monotonic, spread int64) {
		tries++
		if tries%3 == 1 {
			return m.monotonic + m.wall + int64(time.Minute), m.monotonic, int64(time.Minute)
		}
		return m.clocks()
	})
	for range 10 {
		m.monotonic += 1e9
		if _, o := line.Now(); o.Epoch != 0 || o.Nanoseconds != 0 {
			t.Fatalf("%+v", *o)
		}
	}
}

// script is a run of packets, reads and steps of the wall clock.
type script struct {
	t     *rapid.T
	m     *machine
	line  *Timeline
	start int64
	s     *Stamps
	ring  []capture.Frame // as they were stamped
	times []int64         // when they were
	lag   int64
}

func (r *script) packet() {
	r.ring = append(r.ring, capture.Frame{Time: r.m.monotonic + r.m.wall})
	r.times = append(r.times, r.m.monotonic)
}

// read takes up to n frames, but none of the last lag: they are in a block that isn't handed out yet.
func (r *script) read(n int) {
	now, o := r.line.Now()
	ready := 0
	for ready < len(r.ring) && ready < n && r.times[ready] <= r.m.monotonic-r.lag {
		ready++
	}
	frames := r.ring[:ready]
	r.s.Convert(frames, now, o)
	for i, f := range frames {
		if f.Time != truth(r.start, r.times[i]) {
			r.t.Fatalf("frame %d of %d: %v off", i, ready, time.Duration(f.Time-truth(r.start, r.times[i])))
		}
	}
	if ready == 0 {
		r.s.Empty(now)
	}
	if read := r.s.Read(ready == 0, now); ready < len(r.ring) && read > truth(r.start, r.times[ready]) {
		r.t.Fatalf("all is said to be read up to %v after a frame that wasn't", time.Duration(read-truth(r.start, r.times[ready])))
	}
	r.ring, r.times = r.ring[ready:], r.times[ready:]
}

// Whatever the wall clock does, and however late frames are read, each has the time at which it was captured. Steps
// are an hour here; packets come more often than that.
func TestStampsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine()
		r := &script{t: t, m: m, line: New(m.clocks), start: m.wall, lag: int64(60 * time.Millisecond)}
		now, _ := r.line.Now()
		r.s = NewStamps(time.Duration(r.lag), now)
		sinceStep := int64(time.Hour)
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			pass := rapid.SampledFrom([]int64{0, 1e3, 1e6, 50e6, 400e6, 5e9}).Draw(t, "pass")
			m.monotonic += pass
			sinceStep += pass
			switch rapid.IntRange(0, 9).Draw(t, "do") {
			case 0:
				if sinceStep > 20e9 { // one step at a time, as clocks are set
					m.wall += rapid.SampledFrom([]int64{-3600e9, 3600e9}).Draw(t, "step")
					sinceStep = 0
				}
			case 1, 2, 3, 4:
				r.packet()
			default:
				r.read(rapid.IntRange(1, 8).Draw(t, "n"))
			}
			if pass == 5e9 { // what waits is read within seconds
				for range 60 {
					r.read(8)
				}
			}
		}
	})
}
