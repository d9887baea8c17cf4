package netflow9

import (
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/flowtable"
)

// filled is how many of the records are in the datagram, and their latest end; and how many of the
// interfaces that are due.
type filled struct {
	taken, clamped int
	last           int64
	interfaces     int
	sampling       bool // is announced
}

// plan decides what goes into the datagram: the templates that are due and what goes with them, then
// records. Records that had to wait for a datagram of these come before the rest of them.
func (e *Encoder) plan(limit int, records []flowtable.Record) (wire.Plan, filled) {
	s := &e.next.schedule
	plan := e.layout.NewPlan(limit, s.Known())
	var f filled
	if s.Starved() {
		f = e.fill(&plan, records)
	}
	plan.AddTemplates(s.Due())
	announced := e.options.Sampling > 1 && e.next.sampled.Add(&plan, sampling, s.Rounds())
	named := e.next.roster.Add(&plan, interfaces)
	if !s.Starved() {
		f = e.fill(&plan, records)
	}
	f.interfaces, f.sampling = named, announced
	return plan, f
}

// fill plans as many of the leading records as there is room for and as suit the boot time, and
// notes their kinds.
func (e *Encoder) fill(plan *wire.Plan, records []flowtable.Record) filled {
	var f filled
	boot := e.next.boot
	earliest, latest := boot.Reach()
	for i := range records {
		r := &records[i]
		kind := wire.KindOf(r)
		if r.First < earliest || r.Last > latest || r.Last < r.First {
			var ok bool
			if kind, ok = beyondReach(r, kind, boot); !ok {
				break
			}
		}
		if i == wire.MaxRecords || !plan.AddRecord(kind) {
			if i == 0 {
				plan.AddNeeded(kind)
			}
			break
		}
		e.kinds[i] = uint8(kind)
		f.last = max(f.last, r.Last, r.First)
		if wire.Unrepresentable(r.First, r.Last) {
			f.clamped++
		}
		f.taken++
	}
	return f
}

// beyondReach decides on a record whose times don't both lie within the boot time's reach: the
// kind to send it as, and whether the boot time may stay.
func beyondReach(r *flowtable.Record, kind int, boot wire.Boot) (int, bool) {
	w := wire.Relative(r)
	if w.Empty() {
		kind += absolute
		w = wire.Absolute(r)
	}
	return kind, boot.Suits(w)
}
