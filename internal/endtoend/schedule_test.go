package endtoend

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/sagflow/sagflow/internal/lab/fault"
)

// schedule is the life of a device and its Log Service: all that happens to them is drawn from the seed.
type schedule struct {
	seed uint64
	settings
	incidents []incident
	// last is how the device ends before its spool is emptied.
	last string
}

// settings are those of the device.
type settings struct {
	// orderly says that the device is never killed, so that its last counters are known.
	orderly bool
	// mount says that the state directory is on a small disk that fills up, free how much of it the spool leaves free.
	mount bool
	free  int
	// small says that the spool is so small that it may have to drop batches.
	small bool

	records, attempts, speed        int
	sync, signature                 string
	requestTimeout, shutdownTimeout time.Duration
}

// incident is something that happens, and how long it is until then.
type incident struct {
	kind  string
	pause time.Duration
	// n is for whatever is to be chosen.
	n    uint64
	rule fault.Rule
}

// String is for whoever looks for what went wrong.
func (i incident) String() string {
	text := fmt.Sprintf("%4d ms later: %s", i.pause.Milliseconds(), i.kind)
	if i.kind == incidentFault {
		text += fmt.Sprintf(" %s %v, probability %.2f", i.rule.Kind, map[string]string(i.rule.Parameters), *i.rule.Probability)
	}
	return text
}

func (s *schedule) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %+v\n", s.seed, s.settings)
	for _, i := range s.incidents {
		fmt.Fprintln(&b, i)
	}
	fmt.Fprintf(&b, "at last: %s", s.last)
	return b.String()
}

// The kinds of incidents.
const (
	incidentKill     = "kill -9 of the device"
	incidentTerm     = "SIGTERM to the device"
	incidentTwice    = "two signals in a row"
	incidentLab      = "kill -9 of Log Service"
	incidentOutage   = "Log Service is gone"
	incidentBack     = "Log Service is back"
	incidentFault    = "fault"
	incidentHeal     = "no faults"
	incidentRotate   = "another access key"
	incidentLearn    = "the device's file gets the access key"
	incidentSwitch   = "another logstore"
	incidentAll      = "another logstore, and a collector"
	incidentNetflow  = "a collector alone"
	incidentInactive = "Inactive"
	incidentFull     = "the disk is full"
	incidentRoom     = "the disk has room"
)

// weights say how often each happens.
var weights = []struct {
	kind   string
	weight int
}{
	{incidentKill, 5},
	{incidentTerm, 3},
	{incidentTwice, 2},
	{incidentLab, 3},
	{incidentOutage, 2},
	{incidentBack, 2},
	{incidentFault, 8},
	{incidentHeal, 4},
	{incidentRotate, 2},
	{incidentLearn, 2},
	{incidentSwitch, 3},
	{incidentAll, 1},
	{incidentNetflow, 1},
	{incidentInactive, 1},
	{incidentFull, 10},
	{incidentRoom, 6},
}

// newSchedule draws a schedule.
func newSchedule(seed uint64) *schedule {
	r := rand.New(rand.NewPCG(seed, 0))
	s := &schedule{seed: seed, settings: drawSettings(r)}
	for range 3 + r.IntN(6) {
		s.incidents = append(s.incidents, s.draw(r))
	}
	s.last = pick(r, incidentKill, incidentTerm, incidentTwice)
	if s.orderly {
		s.last = incidentTerm
	}
	return s
}

func drawSettings(r *rand.Rand) settings {
	return settings{
		orderly: r.IntN(4) == 0, mount: r.IntN(5) == 0, free: pick(r, 0, 10), small: r.IntN(12) == 0,
		records: 2 + r.IntN(30), attempts: pick(r, 1, 3, 10), speed: 300 + r.IntN(1200),
		sync: pick(r, "always", "always", "always", "50ms"), signature: pick(r, "v4", "v1"),
		requestTimeout: pick[time.Duration](r, 200, 600, 5000) * time.Millisecond, shutdownTimeout: pick[time.Duration](r, 100, 300, 800) * time.Millisecond,
	}
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// draw draws one incident.
func (s *schedule) draw(r *rand.Rand) incident {
	total := 0
	for _, w := range weights {
		total += s.weight(w.kind, w.weight)
	}
	i := incident{pause: time.Duration(r.IntN(pick(r, 20, 300, 300, 300, 1500))) * time.Millisecond, n: r.Uint64()}
	n := r.IntN(total)
	for _, w := range weights {
		if n -= s.weight(w.kind, w.weight); n < 0 {
			i.kind = w.kind
			break
		}
	}
	if i.kind == incidentFault {
		i.rule = drawRule(r)
	}
	return i
}

// weight is 0 for what can't happen in this schedule.
func (s *schedule) weight(kind string, weight int) int {
	if s.orderly && kind == incidentKill || !s.mount && (kind == incidentFull || kind == incidentRoom) {
		return 0
	}
	return weight
}

// drawRule draws what Log Service does wrong, how often, and for how long.
func drawRule(r *rand.Rand) fault.Rule {
	rule := pick(r, failings()...)(r)
	probability := pick(r, 0.2, 0.5, 1)
	seed := r.Uint64()
	rule.Action, rule.Probability, rule.Seed = "PutLogs", &probability, &seed
	if r.IntN(3) == 0 {
		rule.Count = 1 + uint64(r.IntN(5))
	}
	return rule
}
