package agent

import (
	"slices"
	"sync"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/packet"
)

// tally is what was counted up to a position of the input.
type tally struct {
	counted  exporter.Sum // packets that the decoder counted, in Packets and Octets
	added    exporter.Sum // packets that the flow table counted, likewise
	ended    exporter.Sum // records that left the table
	inactive uint64
}

func (p *position) tally() tally {
	return tally{
		counted:  exporter.Sum{Packets: p.decoded.Verdicts[packet.Counted], Octets: p.decoded.Octets},
		added:    exporter.Sum{Packets: p.table.Packets, Octets: p.table.Octets},
		ended:    exporter.Sum{Records: p.table.Ended(), Packets: p.table.RecordPackets, Octets: p.table.RecordOctets},
		inactive: p.decoded.Verdicts[packet.Inactive],
	}
}

// Generation is a time in which one configuration was in force, and what was counted in it.
type Generation struct {
	// Generation counts from 1; 0 is the time before the first configuration.
	Generation int `json:"generation"`
	// FlowLogId is "" where none was bound, or where it was written in the device's own file.
	FlowLogId string `json:"flow-log-id,omitempty"`
	Metering  bool   `json:"metering"`
	// Changed is what the generation changed, in words.
	Changed string    `json:"changed"`
	Since   time.Time `json:"since"`
	// Counted are the packets that went to the flow table, Inactive those that came while nothing was
	// metered, Records what left the table, and InTable what its flows held at the end.
	Counted  uint64       `json:"counted"`
	Inactive uint64       `json:"inactive"`
	Records  exporter.Sum `json:"records"`
	InTable  uint64       `json:"in-table"`
	// Sum says that packets in the table at the start + counted = in records + in the table at the end.
	Sum Sum `json:"sum"`
}

// ledger keeps what each generation counted. The reading goroutine writes it.
type ledger struct {
	generation int
	start      tally

	mu      sync.Mutex
	now     Generation   // the one in force, without its counts
	closed  []Generation // the newest maxClosed
	without missing
	wrong   int // generations whose sum doesn't hold
}

// missing counts, by kind of output, the records that left the table while there was none of that kind.
type missing map[string]exporter.Sum

// plus returns the counts with those of a time in which the members were in force.
func (m missing) plus(records exporter.Sum, members []*member) missing {
	sums := missing{}
	for _, part := range outputParts {
		kind := kindOf(part)
		sums[kind] = m[kind]
		if !slices.ContainsFunc(members, func(m *member) bool { return m.part == part }) {
			sums[kind] = sums[kind].Plus(records)
		}
	}
	return sums
}

// open begins a generation.
func (l *ledger) open(c *change, now time.Time) {
	l.generation++
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = Generation{
		Generation: l.generation, FlowLogId: c.desired.FlowLog.FlowLogId,
		Metering: c.plan.To.Metering, Changed: c.plan.String(), Since: now,
	}
}

// close ends the generation in force: the records of its time were due to the outputs of its time.
func (l *ledger) close(end tally, outs *outputs) {
	records := end.ended.Minus(l.start.ended)
	members := outs.owe(records)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.without = l.without.plus(records, members)
	g := l.now
	before := l.start.added.Packets - l.start.ended.Packets
	g.Counted, g.Inactive = end.counted.Packets-l.start.counted.Packets, end.inactive-l.start.inactive
	g.Records, g.InTable = records, end.added.Packets-end.ended.Packets
	g.Sum = sum("packets before + counted = in records + in the table", before+g.Counted, g.Records.Packets+g.InTable)
	if !g.Sum.Holds || !g.Metering && g.InTable > 0 {
		l.wrong++
	}
	l.closed = append(l.closed, g)
	if len(l.closed) > maxClosed {
		l.closed = slices.Delete(l.closed, 0, 1)
	}
	l.start = end
}

// owe counts records as due to all outputs in force, and returns these.
func (o *outputs) owe(records exporter.Sum) []*member {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range o.inForce {
		m.due = m.due.Plus(records)
	}
	return o.inForce
}

// inForce returns the generation in force, without its counts.
func (l *ledger) inForce() Generation {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

// current returns the number of the generation in force.
func (l *ledger) current() int { return l.inForce().Generation }
