package main

import (
	"fmt"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/agent"
)

// The parts of a memory limit are no more than it, and its flows have most of a large one.
func TestDivide(t *testing.T) {
	for limit := int64(64 << 20); limit <= 1<<40; limit *= 2 {
		for _, workers := range []int{1, 2, 3, 8, 256} {
			for _, fragments := range []bool{false, true} {
				b, err := divide(limit, workers, fragments, 1_000_000)
				if err != nil {
					if limit >= int64(64+2*workers)<<20 {
						t.Errorf("%d MiB, %d workers: %v", limit>>20, workers, err)
					}
					continue
				}
				table := int64(workers) * flowtable.Octets(flowtable.Part(b.flows, workers))
				remembered := int64(workers * b.fragments * flowtable.FragmentOctets)
				if sum := b.heap + programOctets + table + remembered; sum > limit {
					t.Errorf("%d MiB, %d workers: %+v is %d octets", limit>>20, workers, b, sum)
				}
				if fragments != (b.fragments > 0) || b.queue < 1000 || b.queue > 1_000_000 || b.intake < 1000 || b.flows < 1000*workers {
					t.Errorf("%d MiB, %d workers: %+v", limit>>20, workers, b)
				}
				if limit > 1<<30 && b.flows < flowtable.MaxShardFlows && table < limit/2 {
					t.Errorf("%d MiB, %d workers: flows have %d octets", limit>>20, workers, table)
				}
			}
		}
	}
}

// A limit lowers what was asked for, and raises nothing.
func TestBoundLowers(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	for _, c := range []struct{ flows, queue, wantFlows, wantQueue int }{
		{100, 1000, 100, 1000},
		{0, agent.DefaultQueueRecords, -1, -1},
		{flowtable.MaxShardFlows, agent.DefaultQueueRecords, -1, -1},
	} {
		o := agent.LiveOptions{Options: agent.Options{Workers: 2, MaxFlows: c.flows}, QueueRecords: c.queue}
		service := new(agent.LogServiceOptions)
		limit := int64(128 << 20)
		b, err := divide(limit, 2, false, 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		if c.wantFlows < 0 {
			c.wantFlows, c.wantQueue = b.flows, b.queue
		}
		if err := bound(&o, service, limit); err != nil {
			t.Fatal(err)
		}
		if o.MaxFlows != c.wantFlows || o.QueueRecords != c.wantQueue || service.QueueRecords > sls.DefaultQueueRecords || service.QueueRecords == 0 {
			t.Errorf("%+v: %d flows, %d records, %d for Log Service", c, o.MaxFlows, o.QueueRecords, service.QueueRecords)
		}
	}
}

func TestMemoryForTooManyWorkers(t *testing.T) {
	_, err := divide(64<<20, 256, false, 1_000_000)
	if want := "memory-limit: 64 MiB is too little for 256 workers: "; err == nil || !strings.HasPrefix(fmt.Sprint(err), want) {
		t.Errorf("%v, want %s…", err, want)
	}
}
