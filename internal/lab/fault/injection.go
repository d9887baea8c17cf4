package fault

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// Injection is one fault that a call takes.
type Injection struct {
	// Sequence is its number in the log, from 1.
	Sequence uint64
	// Rule is the id of the rule, Kind is what it asks for.
	Rule string
	Kind Kind
	// Values are the rule's parameters as it gave them. They are not to be changed.
	Values Values
	// Draw is a random number of this injection, from the rule's seed.
	Draw uint64
}

// Text returns a parameter, or its default.
func (i Injection) Text(name string) string {
	if v, ok := i.Values[name]; ok {
		return v
	}
	for _, p := range i.Kind.Parameters {
		if p.Name == name {
			return p.Default
		}
	}
	return ""
}

// Int returns an integer parameter, or its default; 0 if it has none.
func (i Injection) Int(name string) int64 {
	n, _ := strconv.ParseInt(i.Text(name), 10, 64)
	return n
}

// Duration returns a duration parameter, or its default; 0 if it has none.
func (i Injection) Duration(name string) time.Duration {
	d, _ := time.ParseDuration(i.Text(name))
	return d
}

// Delay is how long a latency fault holds up: delay, and a part of jitter.
func (i Injection) Delay() time.Duration {
	d := i.Duration("delay")
	if jitter := i.Duration("jitter"); jitter > 0 {
		d += time.Duration(rand.New(rand.NewPCG(i.Draw, 1)).Int64N(int64(jitter) + 1))
	}
	return d
}

// Decision is all faults that a call takes, at most one of a group.
type Decision []Injection

// Group returns the fault of a group, if the call takes one.
func (d Decision) Group(g Group) (Injection, bool) {
	for _, i := range d {
		if i.Kind.Group == g {
			return i, true
		}
	}
	return Injection{}, false
}

// Is returns the fault of a kind, if the call takes it.
func (d Decision) Is(kind string) (Injection, bool) {
	for _, i := range d {
		if i.Kind.Name == kind {
			return i, true
		}
	}
	return Injection{}, false
}
