package ipfix

import (
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/flowtable"
)

// filled is how many of the records are in the message, and their latest end; and how many of the
// interfaces that are due.
type filled struct {
	taken, clamped int
	last           int64
	interfaces     int
	sampling       bool // is announced
}

// plan decides what goes into the message: the statistics and templates that are due and what goes with
// these, then records. Statistics go before templates, which may be due with every message; those
// that they need come with them. Records that had to wait for a message of these come before the rest
// of them. The session's last statistics join only where no record is left behind, so that they come
// last; names of interfaces don't hold them up.
func (e *Encoder) plan(limit int, records []flowtable.Record) (wire.Plan, wire.Mask, filled) {
	s := &e.next
	plan := e.layout.NewPlan(limit, s.schedule.Known())
	var f filled
	if s.schedule.Starved() {
		f = e.fill(&plan, records)
	}
	statistics := addStatistics(&plan, s.clock.due)
	plan.AddTemplates(s.schedule.Due())
	named, announced := 0, false
	if !s.clock.ended {
		announced = e.options.Sampling > 1 && s.sampled.Add(&plan, sampling, s.schedule.Rounds())
		named = s.roster.Add(&plan, interfaces)
	}
	if !s.schedule.Starved() {
		f = e.fill(&plan, records)
	}
	f.interfaces, f.sampling = named, announced
	if f.taken == len(records) {
		statistics |= addStatistics(&plan, s.clock.last&^statistics)
	}
	return plan, statistics, f
}

// fill plans as many of the leading records as there is room for, and notes their kinds.
func (e *Encoder) fill(plan *wire.Plan, records []flowtable.Record) filled {
	var f filled
	for i := range min(len(records), wire.MaxRecords) {
		r := &records[i]
		kind := wire.KindOf(r)
		if !plan.AddRecord(kind) {
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
