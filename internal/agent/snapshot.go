package agent

import (
	"context"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/packet"
)

// Account is the counters of a run at one position of its input, and the sums between them.
type Account struct {
	// At is when it was taken.
	At time.Time `json:"at"`
	// Frames = Counted + NonIP + Malformed + Filtered + Inactive + Own + Unsampled.
	Frames    uint64 `json:"frames"`
	Counted   uint64 `json:"counted"`
	NonIP     uint64 `json:"non-ip"`
	Malformed uint64 `json:"malformed"`
	Filtered  uint64 `json:"filtered"`
	Inactive  uint64 `json:"inactive"`
	Own       uint64 `json:"own,omitempty"`
	Unsampled uint64 `json:"unsampled,omitempty"`
	// Octets are the layer-3 octets of the Counted packets.
	Octets uint64 `json:"octets"`
	// Verdicts are all frames by verdict, but for what the verdict says of them; Notes what was noticed about
	// frames beside it.
	Verdicts map[string]uint64 `json:"verdicts"`
	Notes    map[string]uint64 `json:"notes"`
	// Ended are the records by end reason, MostFlows the highest number of flows there was, MaxFlows the limit.
	Ended     map[string]uint64 `json:"end-reasons"`
	MostFlows int               `json:"most-flows"`
	MaxFlows  int               `json:"max-flows"`
	// Flows are in the table now, with InTable packets; Records have left it.
	Flows   int          `json:"flows"`
	InTable uint64       `json:"in-table"`
	Records exporter.Sum `json:"records"`
	// Without are records that left while there was no output of a kind, by kind.
	Without map[string]exporter.Sum `json:"without"`

	Sums  []Sum `json:"sums"`
	Exact bool  `json:"exact"`
}

// snapshot takes the account at the reader's position. The reading goroutine calls it.
func (e *engine) snapshot() *Account {
	release := make(chan struct{})
	defer close(release)
	return e.account(e.hold(release))
}

// account sums up what was counted up to a position.
func (e *engine) account(at *position) *Account {
	d, now := &at.decoded, at.tally()
	a := &Account{
		At: e.o.Now(), Frames: d.Frames(), Counted: now.counted.Packets, NonIP: d.Class(packet.ClassNonIP),
		Malformed: d.Class(packet.ClassMalformed), Filtered: d.Verdicts[packet.Filtered], Inactive: now.inactive,
		Own: d.Verdicts[packet.Own], Unsampled: d.Verdicts[packet.Unsampled],
		Octets: d.Octets, Verdicts: verdictsOf(d), Notes: notesOf(d), Ended: endReasons(&at.table),
		MostFlows: at.table.MostFlows, MaxFlows: e.lanes.maxFlows, Flows: at.table.Flows, InTable: now.added.Packets - now.ended.Packets, Records: now.ended,
	}
	live := ""
	if e.endless {
		live = " + own + unsampled"
	}
	var owed []Sum
	a.Without, owed = e.device.ledger.owed(now, at.open, e.outputs)
	a.Sums = append([]Sum{
		sum("frames = counted + non-IP + malformed + filtered + inactive"+live, a.Frames, a.Counted+a.NonIP+a.Malformed+a.Filtered+a.Inactive+a.Own+a.Unsampled),
		sum("packets counted = in records + in the table", a.Counted, a.Records.Packets+a.InTable),
	}, owed...)
	a.Exact = allHold(a.Sums)
	return a
}

// verdictsOf are the counts of the verdicts by name.
func verdictsOf(d *packet.Counters) map[string]uint64 {
	all := map[string]uint64{}
	for v, n := range d.Verdicts {
		if n > 0 {
			all[packet.Verdict(v).String()] += n
		}
	}
	return all
}

func notesOf(d *packet.Counters) map[string]uint64 {
	all := map[string]uint64{}
	for n, count := range d.Notes {
		if count > 0 {
			all[packet.Note(n).String()] = count
		}
	}
	return all
}

func endReasons(c *flowtable.Counters) map[string]uint64 {
	all := map[string]uint64{}
	for reason, n := range c.Records {
		if n > 0 {
			all[flowtable.EndReason(reason).String()] = n
		}
	}
	return all
}

// owed compares, for each output in force, the records that left the table in its time with what was put
// to it. It also returns the records for which there was none.
func (l *ledger) owed(now tally, open exporter.Sum, outs *outputs) (missing, []Sum) {
	members := outs.current()
	since := now.ended.Minus(l.start.ended)
	l.mu.Lock()
	without := l.without.plus(since, members)
	l.mu.Unlock()
	var sums []Sum
	for _, m := range members {
		due, put := outs.dueTo(m).Plus(since), m.Counters().Put.Plus(open)
		sums = append(sums, sum(m.Name()+": records of its time = put + in open batches", due.Records, put.Records))
	}
	return without, sums
}

func (o *outputs) dueTo(m *member) exporter.Sum {
	o.mu.Lock()
	defer o.mu.Unlock()
	return m.due
}

func allHold(sums []Sum) bool {
	for _, s := range sums {
		if !s.Holds {
			return false
		}
	}
	return true
}

// snapshots asks the reading goroutine for accounts, one at a time. Where it can't answer soon, since an
// output makes it wait, the one before stands.
type snapshots struct {
	coming chan *Account
	latest *Account
}

// snapshotPatience is how long a snapshot is waited for.
const snapshotPatience = 300 * time.Millisecond

func (s *snapshots) take(e *engine) *Account {
	if s.coming == nil {
		coming := make(chan *Account, 1)
		s.coming = coming
		go func() {
			var a *Account
			_ = e.visits.do(context.Background(), func() { a = e.snapshot() })
			coming <- a
		}()
	}
	left := time.NewTimer(snapshotPatience)
	defer left.Stop()
	select {
	case a := <-s.coming:
		s.coming = nil
		if a != nil {
			s.latest = a
		}
	case <-left.C:
	}
	return s.latest
}
