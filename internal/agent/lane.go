package agent

import (
	"fmt"
	"sync/atomic"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
)

// Sizes of a lane.
const (
	lanePackets = 64  // one run of the flow table's look-ahead
	laneChunks  = 16  // on their way to a worker, 98 kB in all: enough that neither side waits often
	addRoom     = 128 // records that 64 packets can end: an aged or evicted one and a TCP end each
)

// job is what the reader asks of a lane, in this order: packets to add, the wheel to turn to the
// clock, the table to flush, the outputs to send what they hold, and what else there is to do.
type job struct {
	packets []flowtable.Packet
	clock   int64
	tick    bool
	flush   flowtable.EndReason // NoReason: no flush
	send    bool
	with    func(*lane)
}

// lane is a shard with the packets on their way to it and the records on their way from it. The
// reader fills chunks; the shard and the batch belong to whoever runs the jobs: the reader
// itself, or the lane's own goroutine.
type lane struct {
	shard *flowtable.Shard
	group *exporter.Group
	batch *exporter.Batch
	clock int64
	lost  error // of the outputs: why records could not be put

	inactive bool // nothing is metered
	patient  bool // no packets come any more: the outputs may take their time

	worker *worker    // captures for the lane; nil where a reader does
	leaves *departure // turns times back for export; nil where they are the wall clock's

	chunk  []flowtable.Packet // being filled by the reader
	jobs   chan job           // nil: jobs are run by the reader; never changed after newLane
	free   chan []flowtable.Packet
	failed atomic.Bool
}

func newLane(shard *flowtable.Shard, group *exporter.Group, ownGoroutine bool) *lane {
	l := &lane{shard: shard, group: group, batch: group.Get(), chunk: make([]flowtable.Packet, 0, lanePackets)}
	if ownGoroutine {
		l.jobs = make(chan job, laneChunks)
		l.free = make(chan []flowtable.Packet, laneChunks+2)
		for range laneChunks + 1 {
			l.free <- make([]flowtable.Packet, 0, lanePackets)
		}
	}
	return l
}

// submit hands the filled chunk over, with what else there is to do. That of a lane that captures for itself may be
// called by several goroutines.
func (l *lane) submit(j job) {
	if l.worker != nil {
		l.jobs <- j
		l.worker.poller.wake()
		return
	}
	j.packets = l.chunk
	if l.jobs == nil {
		l.do(j)
		l.chunk = l.chunk[:0]
		return
	}
	l.jobs <- j
	l.chunk = (<-l.free)[:0]
}

// run does the jobs until the channel is closed.
func (l *lane) run() {
	for j := range l.jobs {
		l.do(j)
		l.free <- j.packets
	}
}

func (l *lane) do(j job) {
	l.clock = j.clock
	if len(j.packets) > 0 {
		l.room(addRoom)
		l.batch.Records = l.shard.Add(j.packets, l.batch.Records)
	}
	if j.tick {
		l.shard.Advance(j.clock)
		l.drain(l.shard.Expire)
	}
	if j.flush != flowtable.NoReason {
		l.patient = true
		l.flush(j.flush)
	}
	if j.send || j.flush != flowtable.NoReason {
		l.put()
	}
	if j.with != nil {
		j.with(l)
	}
}

// count adds what the lane has counted.
func (l *lane) count(p *position) {
	counters := l.shard.Counters()
	p.table.Add(&counters)
	p.open = p.open.Plus(exporter.SumOf(l.batch.Records))
	if l.worker != nil {
		p.read(l.worker.handled, l.worker.decoder.Counters())
	}
}

// flush ends all flows: by their aging where that is due, else for the reason.
func (l *lane) flush(reason flowtable.EndReason) {
	l.drain(func(ended []flowtable.Record) ([]flowtable.Record, bool) {
		return l.shard.Flush(l.clock, reason, ended)
	})
}

// drain takes records from step until there are no more.
func (l *lane) drain(step func([]flowtable.Record) ([]flowtable.Record, bool)) {
	for {
		var more bool
		if l.batch.Records, more = step(l.batch.Records); !more {
			return
		}
		l.put()
	}
}

// room makes sure that n records fit into the batch.
func (l *lane) room(n int) {
	if cap(l.batch.Records)-len(l.batch.Records) < n {
		l.put()
	}
}

// put hands the batch to the outputs. They count what they can't take, so after an error the lane
// goes on: its sums stay whole, and the reader ends the run.
func (l *lane) put() {
	if len(l.batch.Records) == 0 {
		return
	}
	l.batch.Clock, l.batch.Patient = l.clock, l.patient
	if err := l.leaves.put(l.group, l.batch); err != nil && l.lost == nil {
		l.lost = fmt.Errorf("hand records over: %w", err)
		l.failed.Store(true)
	}
	l.batch = l.group.Get()
}
