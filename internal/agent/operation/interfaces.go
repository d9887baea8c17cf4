package operation

import (
	"github.com/sagflow/sagflow/internal/capture/tap"
)

func interfaceSection() section {
	return section{
		"Interfaces",
		"What the kernel and the workers count of each interface that is, or was, captured; a name that comes back counts on. " +
			"The first 64 names have a value of their own, later ones count as `" + otherInterfaces + "`. " +
			"Received = dropped + read + waiting, as far as the kernel's counts and the workers' are of the same moment.",
		append(interfaceStates(), interfaceCounts()...),
	}
}

// stateNames are the states of an interface.
func stateNames() []string { return []string{tap.Capturing, tap.Down, tap.Gone, tap.Refused} }

func interfaceStates() []family {
	return []family{
		{
			"interfaces", gauge, number, "Interfaces by state",
			[]string{"state"},
			func(v *view, put put) {
				counts := map[string]uint64{}
				for i := range v.Interfaces {
					counts[v.Interfaces[i].State]++
				}
				each(stateNames(), counts, put)
			},
		},
		{
			"interface_state", gauge, truth, "Which state an interface is in",
			[]string{"interface", "state"},
			func(v *view, put put) {
				for i := range v.labelled {
					one := &v.labelled[i]
					if one.Name == otherInterfaces {
						continue
					}
					states(stateNames(), one.State, func(n float64, state string) { put(n, one.Name, state) })
				}
			},
		},
	}
}

func interfaceCounts() []family {
	name := []string{"interface"}
	return []family{
		{
			"interface_received_frames_total", counter, frames, "Frames that passed the filter in the kernel", name,
			eachInterface(func(s *tap.Status) float64 { return float64(s.Received) }),
		},
		{
			"interface_dropped_frames_total", counter, frames, "Frames that the kernel dropped, as the ring was full: they are in no flow", name,
			eachInterface(func(s *tap.Status) float64 { return float64(s.Dropped) }),
		},
		{
			"interface_read_frames_total", counter, frames, "Frames that workers took", name,
			eachInterface(func(s *tap.Status) float64 { return float64(s.Read) }),
		},
		{
			"interface_waiting_frames", gauge, frames, "Frames that were received and neither dropped nor read; those that were left when a capture ended stay in it", name,
			eachInterface(func(s *tap.Status) float64 { return float64(s.Waiting()) }),
		},
		{
			"interface_captures_total", counter, number, "How often a capture was opened on the interface", name,
			eachInterface(func(s *tap.Status) float64 { return float64(s.Opened) }),
		},
		{
			"interface_ring_bytes", gauge, octets, "What the rings of the interface take of the memory", name,
			eachInterface(func(s *tap.Status) float64 { return float64(s.Memory) }),
		},
	}
}

func eachInterface(value func(*tap.Status) float64) func(*view, put) {
	return func(v *view, put put) {
		for i := range v.labelled {
			put(value(&v.labelled[i]), v.labelled[i].Name)
		}
	}
}

// labelled sums interfaces up by label.
func labelled(all []tap.Status, names *named) []tap.Status {
	var sums []tap.Status
	at := map[string]int{}
	for i := range all {
		one := all[i]
		one.Name = names.label(one.Name)
		if j, is := at[one.Name]; is {
			sum := &sums[j]
			sum.Counts = sum.Plus(one.Counts)
			sum.Opened += one.Opened
			sum.Memory += one.Memory
			continue
		}
		at[one.Name] = len(sums)
		sums = append(sums, one)
	}
	return sums
}
