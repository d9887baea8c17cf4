package operation

import (
	"strings"
	"sync"
)

// names are those that are labels, by what they name.
type names struct{ interfaces, faults *named }

// How many names are labels, and what the rest counts under: no interface's name has a blank (Linux,
// dev_valid_name), and no kind of fault either.
const (
	maxInterfaces   = 64
	maxFaults       = 32
	otherInterfaces = "other interfaces"
	otherFaults     = "other faults"
)

func newNames() *names {
	return &names{newNamed(maxInterfaces, otherInterfaces), newNamed(maxFaults, otherFaults)}
}

// named gives a bounded number of names a label of their own: the first ones, for good. A name that got one later
// would take from what counts together, and that must not go back. Any goroutine may use it.
type named struct {
	max  int
	rest string

	mu   sync.Mutex
	kept map[string]struct{}
}

func newNamed(n int, rest string) *named {
	return &named{max: n, rest: rest, kept: map[string]struct{}{}}
}

// label is what a name counts under. The system allows names that aren't UTF-8, and Prometheus does not.
func (n *named) label(name string) string {
	name = strings.ToValidUTF8(name, "\uFFFD")
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, is := n.kept[name]; !is {
		if len(n.kept) == n.max {
			return n.rest
		}
		n.kept[name] = struct{}{}
	}
	return name
}
