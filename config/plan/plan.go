package plan

import (
	"fmt"
	"strings"

	"github.com/sagflow/sagflow/config"
)

// Part is one of the things that a device consists of.
type Part string

// The parts, in the order of a plan's steps.
const (
	MeteringPart Part = "metering"
	AgingPart    Part = "aging"
	NetflowPart  Part = "netflow output"
	SLSPart      Part = "sls output"
)

// Action is what happens to a part.
type Action string

// The actions.
const (
	Keep    Action = "keep"    // it goes on untouched
	Retune  Action = "retune"  // it goes on with other settings; nothing that it holds is lost
	Restart Action = "restart" // a new one takes its place, and the old one is drained
	Add     Action = "add"     // there was none
	Remove  Action = "remove"  // there is none any more; the old one is drained
)

// Step is what happens to one part.
type Step struct {
	Part   Part
	Action Action
	// Was and Is are the part before and after, in words.
	Was, Is string
}

// String is as in "netflow output V5 192.0.2.9:2055 → V9 192.0.2.9:2055".
func (s Step) String() string {
	switch s.Action {
	case Keep:
		return fmt.Sprintf("%s %s kept", s.Part, s.Is)
	case Add:
		return fmt.Sprintf("%s %s added", s.Part, s.Is)
	case Remove:
		return fmt.Sprintf("%s %s removed", s.Part, s.Was)
	default:
		return fmt.Sprintf("%s %s → %s", s.Part, s.Was, s.Is)
	}
}

// Plan is what changes between two configurations.
type Plan struct {
	// From and To are the states before and after.
	From, To State
	// Steps has one for each part, in the order of the parts' constants.
	Steps []Step
}

// Between returns the plan that makes b of a.
func Between(a, b config.Desired) Plan { return between(Of(a), Of(b)) }

func between(a, b State) Plan {
	return Plan{From: a, To: b, Steps: []Step{
		{MeteringPart, actionOf(a.Metering, b.Metering, Retune), meteringName(a.Metering), meteringName(b.Metering)},
		{AgingPart, actionOf(a.Aging, b.Aging, Retune), a.Aging.String(), b.Aging.String()},
		{NetflowPart, actionOf(a.Netflow, b.Netflow, Restart), a.Netflow.String(), b.Netflow.String()},
		{SLSPart, actionOf(a.SLS, b.SLS, Restart), a.SLS.String(), b.SLS.String()},
	}}
}

// actionOf compares a part's two states, of which the zero value means that there is none.
func actionOf[T comparable](a, b T, other Action) Action {
	var absent T
	switch {
	case a == b:
		return Keep
	case a == absent:
		return Add
	case b == absent:
		return Remove
	default:
		return other
	}
}

// Of returns what happens to a part; Keep for one that there isn't.
func (p Plan) Of(part Part) Action {
	for _, s := range p.Steps {
		if s.Part == part {
			return s.Action
		}
	}
	return Keep
}

// Builds says that the part needs a new one to be built.
func (p Plan) Builds(part Part) bool {
	a := p.Of(part)
	return a == Add || a == Restart
}

// Ends says that the part as it was is drained and closed.
func (p Plan) Ends(part Part) bool {
	a := p.Of(part)
	return a == Remove || a == Restart
}

// KeepsAll says that nothing changes: only a name did, or what has no effect.
func (p Plan) KeepsAll() bool {
	for _, s := range p.Steps {
		if s.Action != Keep {
			return false
		}
	}
	return true
}

// Apply carries the steps out on a state: it takes over what they change and leaves what they keep.
func (p Plan) Apply(s State) State {
	for _, step := range p.Steps {
		if step.Action == Keep {
			continue
		}
		switch step.Part {
		case MeteringPart:
			s.Metering = p.To.Metering
		case AgingPart:
			s.Aging = p.To.Aging
		case NetflowPart:
			s.Netflow = p.To.Netflow
		case SLSPart:
			s.SLS = p.To.SLS
		}
	}
	return s
}

// String is the steps that change something, separated by semicolons, or "all kept".
func (p Plan) String() string {
	var parts []string
	for _, s := range p.Steps {
		if s.Action != Keep {
			parts = append(parts, s.String())
		}
	}
	if len(parts) == 0 {
		return "all kept"
	}
	return strings.Join(parts, "; ")
}
