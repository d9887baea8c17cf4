package endtoend

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
)

// pollInterval is that of the tests' devices.
const pollInterval = 200 * time.Millisecond

// scene is a lab, two collectors and a device, and what was changed.
type scene struct {
	t        *testing.T
	dir      string
	lab      *lab
	api      *operator
	one, two *station
	vault    *vault // nil in scenes without Log Service
	device   *device
	config   string // the device's own file
	effects  []effect
}

// effect is a change of the API and the time from there until it was in force, and until the status said so.
type effect struct {
	what           string
	generation     int
	inForce, shown time.Duration
}

// newScene starts all but the device.
func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t, dir: t.TempDir(), one: startStation(t, "one", anyPort), two: startStation(t, "two", anyPort)}
	s.lab = startLab(t, s.dir, anyPort)
	s.api = sdkOperator(t, s.lab.API, s.lab.Credentials)
	s.config = writeConfig(t, s.dir, s.lab.API, s.lab.Credentials, pollInterval)
	return s
}

// start starts the device, and waits until what is bound is in force and packets flow to a collector.
func (s *scene) start(id, output string, to *station, change func(*agent.ReplayOptions)) {
	s.t.Helper()
	s.device = startDevice(s.t, s.config, change)
	s.device.until(s.t, "the first FlowLog in force", sends(id, output))
	s.flowing(to)
}

// flowing waits until more records come to a collector.
func (s *scene) flowing(at *station) {
	s.t.Helper()
	before := at.count()
	until(s.t, "records come to collector "+at.name, func() bool { return at.count() > before },
		func() string { return fmt.Sprintf("%d records came", before) })
}

// resting waits until more packets were counted as inactive, by status.
func (s *scene) resting() {
	s.t.Helper()
	before := uint64(0)
	if sums := s.device.status(s.t).Sums; sums != nil {
		before = sums.Inactive
	}
	s.device.until(s.t, "packets are counted as inactive", func(now *agent.Status) bool { return now.Sums != nil && now.Sums.Inactive > before })
}

// change makes calls of the API and waits until the status shows their effect, which must be one generation, in
// force and shown within a poll and a second.
func (s *scene) change(what string, wanted func(*agent.Status) bool, calls ...func()) {
	s.t.Helper()
	before := s.device.status(s.t).Generation
	for _, call := range calls {
		call()
	}
	s.took(what, before+1, time.Now(), wanted)
}

// took waits until the status shows a generation, as wanted, which must be within a poll and a second from a time.
func (s *scene) took(what string, generation int, from time.Time, wanted func(*agent.Status) bool) {
	s.t.Helper()
	now, e := s.effect(what, from, wanted)
	if now.Generation != generation {
		s.t.Errorf("%s: generation %d, want %d: %s", what, now.Generation, generation, now.Changed)
	}
	s.effects = append(s.effects, e)
}

// effect waits until the status is as wanted, and fails the test if that takes longer than a poll and a second from
// a time. Time in which this process did not get to run counts neither for nor against the device.
func (s *scene) effect(what string, from time.Time, wanted func(*agent.Status) bool) (*agent.Status, effect) {
	s.t.Helper()
	now, late := s.device.wait(s.t, what, wanted)
	e := effect{what, now.Generation, max(0, now.GenerationSince.Sub(from)), time.Since(from)}
	// The API, the device and its status wait for a busy machine as this test does.
	if limit := s.device.poll + time.Second + 2*late; e.inForce > limit || e.shown > limit {
		s.t.Errorf("%s: in force after %v, by status after %v; want it within %v (the test itself was late by %v)", what, e.inForce, e.shown, limit, late)
	}
	return now, e
}

// times is a table of the effects.
func (s *scene) times() string {
	var b strings.Builder
	var inForce []time.Duration
	fmt.Fprintf(&b, "from API change to effect, poll interval %v:\n", s.device.poll)
	for _, e := range s.effects {
		inForce = append(inForce, e.inForce)
		fmt.Fprintf(&b, "  generation %2d  in force after %6.1f ms, in status.json after %6.1f ms  %s\n", e.generation,
			milliseconds(e.inForce), milliseconds(e.shown), e.what)
	}
	if len(inForce) > 0 {
		slices.Sort(inForce)
		fmt.Fprintf(&b, "  median %.1f ms, longest %.1f ms", milliseconds(inForce[len(inForce)/2]), milliseconds(inForce[len(inForce)-1]))
	}
	return b.String()
}

func milliseconds(d time.Duration) float64 { return float64(d) / 1e6 }
