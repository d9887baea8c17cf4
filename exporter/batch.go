package exporter

import (
	"sync/atomic"

	"github.com/sagflow/sagflow/flowtable"
)

// Batch is a run of ended records on their way from one shard to the outputs, and the packet time
// at which the newest of them left the table.
//
// One goroutine fills it; from Group.Put on it is shared by all outputs and nobody writes to it.
type Batch struct {
	// Records are in the order in which they left the table.
	Records []flowtable.Record
	// Clock is the aging clock, in nanoseconds since 1970; no record's Last is after it.
	Clock int64
	// Epoch is the number of the timeline that Clock and the records' times are on. A batch with
	// another epoch than the one before tells that the wall clock was stepped between them: the same
	// moment has another time in each. Where times are a capture's there is one timeline, 0.
	Epoch uint32
	// Patient says that no packets wait for whoever puts the batch, at the end of a capture say: an
	// output that would drop records for lack of room makes room for these first, and Put blocks.
	Patient bool

	users atomic.Int32
	home  *pool
}

// Release gives back one user's hold on the batch: each Output calls it once for each batch that
// was put to it, when it no longer reads the records. The last one sends it back for reuse.
func (b *Batch) Release() {
	if b.users.Add(-1) == 0 && b.home != nil {
		b.home.put(b)
	}
}

// share says how many outputs are going to release the batch.
func (b *Batch) share(outputs int) { b.users.Store(int32(outputs)) }
