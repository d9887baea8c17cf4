package main

import (
	"fmt"
	"runtime/debug"

	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/agent"
)

// What the process takes beside its flows and records, as measured.
const (
	programOctets = 4 << 20   // outside the heap: variables of packages
	baseOctets    = 18 << 20  // heap: the runtime, batches on their way, the status, metrics, a client of Log Service
	workerOctets  = 128 << 10 // heap: frames, batches and counters of one worker
	recordOctets  = 96        // of one that waits for a collector or Log Service
	leastOctets   = 1 << 20   // of flows that a worker needs
)

// budget is how a memory limit is divided.
type budget struct {
	heap      int64 // the Go runtime's, in octets
	flows     int   // of all workers
	fragments int   // first fragments that a worker remembers; 0 = none
	queue     int   // records for a collector
	intake    int   // records for Log Service
}

// divide divides a limit, the capture's rings apart: a sixteenth for fragments, where they are remembered, a twelfth for
// the records that wait for a collector and the same again for those of one that is being drained, a 64th twice for
// those for Log Service, a fixed part for the rest of the heap, and what is left for the flow table. A queue takes no
// more than the records that may wait in it.
func divide(limit int64, workers int, fragments bool, queue int) (budget, error) {
	b := budget{
		queue:  int(min(limit/12/recordOctets, int64(queue))),
		intake: int(min(limit/64/recordOctets, sls.DefaultQueueRecords)),
	}
	b.heap = baseOctets + int64(workers)*workerOctets + 2*recordOctets*int64(b.queue+b.intake)
	table := limit - programOctets - b.heap
	if fragments {
		b.fragments = int(min(limit/16/int64(workers)/int64(flowtable.FragmentOctets), flowtable.DefaultFragmentMemory))
		table -= int64(b.fragments) * int64(workers) * int64(flowtable.FragmentOctets)
	}
	if least := int64(workers) * leastOctets; table < least {
		return b, fmt.Errorf("memory-limit: %d MiB is too little for %d workers: %d MiB more are wanted, or fewer workers",
			limit>>20, workers, (least-table+(1<<20)-1)>>20)
	}
	b.flows = int(min(int64(flowtable.FlowsIn(table/int64(workers)))*int64(workers), flowtable.MaxShardFlows))
	return b, nil
}

// maxFlows lowers a limit of flows, of which 0 is none, to what there is room for.
func (b budget) maxFlows(asked int) int {
	if asked == 0 {
		return b.flows
	}
	return min(asked, b.flows)
}

// bound keeps a device within a memory limit.
func bound(o *agent.LiveOptions, service *agent.LogServiceOptions, limit int64) error {
	b, err := divide(limit, o.Workers, o.Fragments == flowtable.FragmentsFirst, o.QueueRecords)
	if err != nil {
		return err
	}
	o.MaxFlows = b.maxFlows(o.MaxFlows)
	o.FragmentMemory, service.QueueRecords = b.fragments, b.intake
	o.QueueRecords = b.queue
	debug.SetMemoryLimit(b.heap)
	return nil
}
