package exporter

import "github.com/sagflow/sagflow/flowtable"

// Batch is a run of ended records on their way from one shard to the outputs, and the packet time
// at which the newest of them left the table.
type Batch struct {
	// Records are in the order in which they left the table.
	Records []flowtable.Record
	// Clock is the aging clock, in nanoseconds since 1970; no record's Last is after it.
	Clock int64
}
