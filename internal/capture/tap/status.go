package tap

import (
	"maps"
	"slices"

	"github.com/sagflow/sagflow/internal/capture"
)

// The states of an interface.
const (
	Capturing = "capturing"
	Down      = "down"
	Gone      = "gone"
	Refused   = "refused"
)

// Status is an interface that is, or was, captured.
type Status struct {
	Name string `json:"name"`
	// Index is its ifIndex; 0 while it is gone.
	Index int `json:"index"`
	// State is capturing, down, gone or refused; Why says why it is refused.
	State string `json:"state"`
	Why   string `json:"why,omitempty"`
	// Direction says which frames are captured, where that is known: in, out or both.
	Direction string `json:"direction,omitempty"`
	// Opened counts how often a capture was opened on it, Memory the octets of its rings.
	Opened int `json:"opened"`
	Memory int `json:"memory,omitempty"`
	Counts
}

// Status returns all interfaces there are to capture from, and those that were captured, by name.
func (t *Taps) Status() []Status {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := map[string]*Status{}
	for name, c := range t.totals {
		all[name] = &Status{Name: name, State: Gone, Counts: c}
	}
	for _, l := range t.links {
		s := entry(all, l.Name)
		s.Index, s.State = l.Index, Down
		if err := t.failed[l.Name]; err != nil {
			s.State, s.Why = Refused, err.Error()
		}
	}
	for _, one := range t.open {
		t.addOpen(entry(all, one.Link.Name), one)
	}
	for name, s := range all {
		s.Opened = t.opened[name]
	}
	var sorted []Status
	for _, name := range slices.Sorted(maps.Keys(all)) {
		sorted = append(sorted, *all[name])
	}
	return sorted
}

func entry(all map[string]*Status, name string) *Status {
	s := all[name]
	if s == nil {
		s = &Status{Name: name}
		all[name] = s
	}
	return s
}

// addOpen adds what an open tap counts.
func (t *Taps) addOpen(s *Status, one *Tap) {
	s.Index, s.State, s.Direction = one.Link.Index, Capturing, one.Link.Direction
	for worker, source := range one.Sources {
		if one.finished[worker] {
			continue
		}
		s.Counts = s.Plus(one.counts(worker))
		s.Memory += memory(source)
	}
}

// memory is what a source says its buffers take.
func memory(source capture.Live) int {
	if sized, ok := source.(interface{ Size() int }); ok {
		return sized.Size()
	}
	return 0
}
