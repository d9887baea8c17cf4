package collector

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// printedInterfaces is how many names of interfaces are printed of an exporter; the summary has all.
const printedInterfaces = 16

// announced are lines about what exporters say of themselves that a reader of their flows must know.
func (s *ServerSummary) announced() []string {
	var lines []string
	for i := range s.Sessions {
		e := &s.Sessions[i]
		for _, what := range e.Report.announced() {
			lines = append(lines, fmt.Sprintf("%s domain %d: %s", e.Exporter, e.Domain, what))
		}
	}
	return lines
}

func (r *Report) announced() []string {
	if r == nil {
		return nil
	}
	var all []string
	if n := r.Sampling; n != nil && n.Of > n.Selected {
		all = append(all, fmt.Sprintf("looks at %d in %d packets, counters are not scaled", n.Selected, n.Of))
	}
	if len(r.Interfaces) > 0 {
		all = append(all, "interfaces "+r.interfacesText())
	}
	return all
}

// interfacesText quotes the names: they come from the network, and go to a terminal.
func (r *Report) interfacesText() string {
	var parts []string
	for _, index := range slices.Sorted(maps.Keys(r.Interfaces)) {
		if len(parts) == printedInterfaces {
			parts = append(parts, fmt.Sprintf("and %d more", len(r.Interfaces)-printedInterfaces))
			break
		}
		parts = append(parts, fmt.Sprintf("%d %q", index, r.Interfaces[index]))
	}
	return strings.Join(parts, ", ")
}
