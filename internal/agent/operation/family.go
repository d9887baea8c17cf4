package operation

import (
	"github.com/sagflow/sagflow/internal/agent"
)

// prefix is that of all names.
const prefix = "sagflow_"

// family is a metric: one value, or one for each value of its labels.
type family struct {
	// name is without the prefix.
	name string
	kind kind
	unit unit
	// help is a sentence without its full stop.
	help   string
	labels []string
	values func(*view, put)
}

// put takes a value, with the values of the family's labels in their order.
type put func(value float64, labels ...string)

// kind is what a metric's value does.
type kind int8

const (
	// gauge goes up and down, counter only up, but for a new start of the program.
	gauge kind = iota
	counter
)

// String is the type's name in Prometheus' text format.
func (k kind) String() string {
	if k == counter {
		return "counter"
	}
	return "gauge"
}

// unit is what a metric counts. Times and sizes are in base units, as Prometheus asks.
type unit string

const (
	seconds   unit = "seconds"
	timestamp unit = "seconds since 1970-01-01 UTC"
	octets    unit = "bytes"
	frames    unit = "frames"
	packets   unit = "packets"
	records   unit = "records"
	flows     unit = "flows"
	datagrams unit = "datagrams"
	batches   unit = "batches"
	truth     unit = "1 or 0"
	number    unit = "1"
)

// section is families that belong together.
type section struct {
	title string
	// about stands in the reference before the table.
	about    string
	families []family
}

// sections are all metrics, in the order of the path of a packet.
func sections() []section {
	return []section{
		deviceSection(), sourceSection(), interfaceSection(), frameSection(), tableSection(),
		outputSection(), carriageSection(), logServiceSection(), spoolSection(),
	}
}

// yes is 1 for true, 0 for false.
func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// ofStatus is the one value of a family.
func ofStatus(value func(*agent.Status) float64) func(*view, put) {
	return func(v *view, put put) { put(value(v.Status)) }
}

// ofAccount gives values from the sums. There are none before the input could be asked for the first time.
func ofAccount(values func(*agent.Account, put)) func(*view, put) {
	return func(v *view, put put) {
		if v.Sums != nil {
			values(v.Sums, put)
		}
	}
}

// total is the one value of a family that is in the sums.
func total[T int | uint64](value func(*agent.Account) T) func(*view, put) {
	return ofAccount(func(a *agent.Account, put put) { put(float64(value(a))) })
}

// each gives each of the names its value: a name that a map lacks has 0.
func each(names []string, counts map[string]uint64, put put) {
	for _, name := range names {
		put(float64(counts[name]), name)
	}
}

// states gives 1 to the state that there is, and 0 to the others.
func states(all []string, now string, put func(value float64, state string)) {
	for _, state := range all {
		put(yes(state == now), state)
	}
}
