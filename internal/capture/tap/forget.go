package tap

import (
	"maps"
	"slices"
)

// Others is the name under which interfaces are summed up that are gone for good: containers come and go by the
// thousand, each with an interface of a name of its own.
const Others = "(others)"

// maxNames bounds how many interfaces are told apart that are gone.
const maxNames = 256

// forget sums up what is gone, once there are too many. It is called with mu held.
func (t *Taps) forget() {
	if len(t.totals) <= maxNames {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(t.totals)) {
		if name == Others || t.there(name) {
			continue
		}
		t.totals[Others] = t.totals[Others].Plus(t.totals[name])
		t.opened[Others] += t.opened[name]
		delete(t.totals, name)
		delete(t.opened, name)
	}
}

// there says that an interface of the name is there, or is still being read.
func (t *Taps) there(name string) bool {
	return slices.ContainsFunc(t.links, func(l Link) bool { return l.Name == name }) ||
		slices.ContainsFunc(t.open, func(o *Tap) bool { return o.Link.Name == name })
}
