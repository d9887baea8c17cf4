package netflow9

import (
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/flowtable"
)

// Encoder makes the datagrams of one V9 session. It is used by one goroutine. It carries every
// record: none is unexportable, and none is split.
type Encoder struct {
	options exporter.EncoderOptions
	repeat  wire.Repeat
	layout  *wire.Layout
	// now is the session as of the last Commit, next as of the last Append.
	now, next state
	// kinds are those of the records in the datagram that is being made.
	kinds [wire.MaxRecords]uint8
}

// state is what a datagram changes.
type state struct {
	boot     wire.Boot
	schedule wire.Schedule
	roster   wire.Roster
	sampled  wire.Notice
	sequence uint32
}

var (
	_ exporter.Encoder   = (*Encoder)(nil)
	_ exporter.Refresher = (*Encoder)(nil)
	_ exporter.Stepper   = (*Encoder)(nil)
)

// New returns the encoder of a new session. It uses Domain as the source id, TemplatePackets,
// TemplateInterval, KeyVLAN, Sampling and Interfaces.
func New(options exporter.EncoderOptions) *Encoder {
	return &Encoder{
		options: options,
		repeat:  wire.Repeat{Packets: options.TemplatePackets, Interval: options.TemplateInterval},
		layout:  newLayout(shapeOf(options)),
	}
}

// Append makes the next datagram, as exporter.Encoder says. With a limit below MinLimit it may
// make none although there are records.
func (e *Encoder) Append(dst []byte, limit int, at exporter.Moment, records []flowtable.Record) exporter.Encoded {
	e.next = e.now
	s := &e.next
	if boot := s.boot.For(at.Clock, records, wire.AnyRecord); boot != s.boot {
		s.boot = boot
		s.schedule.Restart(at.Wall, wire.MaskBelow(wire.FlowKinds))
	}
	s.schedule.Begin(e.repeat, at.Wall, wire.MaskBelow(wire.FlowKinds), s.busy(e.options.Sampling))
	s.roster.Follow(e.options.Interfaces, at.Wall, s.schedule.Rounds())

	plan, f := e.plan(limit, records)
	if plan.Empty() {
		e.next = e.now
		return exporter.Encoded{Datagram: dst[:0]}
	}
	last := f.last
	if f.taken == 0 && len(records) > 0 {
		last = records[0].Last
	}
	dst = e.appendDatagram(dst, &plan, f, at.Clock, last, records[:f.taken])
	s.sequence++
	s.roster.Sent(f.interfaces)
	s.schedule.Sent(&plan, len(records) > 0, f.taken > 0)
	return exporter.Encoded{Datagram: dst, Taken: f.taken, Clamped: f.clamped, FlowRecords: f.taken}
}

// busy says that what goes with the templates isn't all out.
func (s *state) busy(n int) bool {
	return s.roster.Busy() || n > 1 && s.sampled.Due(s.schedule.Rounds())
}

// Commit makes the last Append's datagram part of the session.
func (e *Encoder) Commit() { e.now = e.next }

// Refresh makes the next Append put the templates first, as exporter.Refresher says.
func (e *Encoder) Refresh() { e.now.schedule.Refresh() }

// Step moves the boot time with the wall clock, as exporter.Stepper says.
func (e *Encoder) Step(seconds int64) { e.now.boot = e.now.boot.Moved(seconds) }

// Capacity returns how many records of the shortest kind a datagram of limit octets can hold.
func (e *Encoder) Capacity(limit int) int { return e.layout.Capacity(limit) }

// MinLimit returns the length of the shortest datagram that can hold any one record or template.
func (e *Encoder) MinLimit() int { return e.layout.MinLimit() }
