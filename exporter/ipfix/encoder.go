package ipfix

import (
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/flowtable"
)

// Encoder makes the messages of one IPFIX session. It is used by one goroutine. It carries every
// record: none is unexportable, and none is split.
type Encoder struct {
	options exporter.EncoderOptions
	repeat  wire.Repeat
	layout  *wire.Layout
	// now is the session as of the last Commit, next as of the last Append.
	now, next state
	// kinds are those of the records in the message that is being made.
	kinds [wire.MaxRecords]uint8
}

// state is what a message changes.
type state struct {
	schedule wire.Schedule
	roster   wire.Roster
	sampled  wire.Notice
	clock    clock
	sequence uint32
	exported exported
	before   exported // as of before the message
}

var (
	_ exporter.Encoder   = (*Encoder)(nil)
	_ exporter.Refresher = (*Encoder)(nil)
)

// New returns the encoder of a new session. It uses all options.
func New(options exporter.EncoderOptions) *Encoder {
	return &Encoder{
		options: options,
		repeat:  wire.Repeat{Packets: options.TemplatePackets, Interval: options.TemplateInterval},
		layout:  newLayout(shapeOf(options)),
	}
}

// Append makes the next message, as exporter.Encoder says. With a limit below MinLimit it may make
// none although there are records.
func (e *Encoder) Append(dst []byte, limit int, at exporter.Moment, records []flowtable.Record) exporter.Encoded {
	e.next = e.now
	e.begin(at, len(records))
	plan, statistics, f := e.plan(limit, records)
	if plan.Empty() {
		e.next = e.now
		return exporter.Encoded{Datagram: dst[:0]}
	}
	dst = e.appendMessage(dst, &plan, f, at.Clock, records[:f.taken])
	e.note(&plan, statistics, f, len(records))
	return exporter.Encoded{Datagram: dst, Taken: f.taken, Clamped: f.clamped, FlowRecords: f.taken}
}

// busy says that what goes with the templates isn't all out.
func (s *state) busy(n int) bool {
	return s.roster.Busy() || n > 1 && s.sampled.Due(s.schedule.Rounds())
}

// Commit makes the last Append's message part of the session.
func (e *Encoder) Commit() { e.now = e.next }

// Retract takes the last message out of what was exported, as exporter.Retracter says.
func (e *Encoder) Retract() { e.now.exported = e.now.before }

// Refresh makes the next Append put the templates first, as exporter.Refresher says.
func (e *Encoder) Refresh() { e.now.schedule.Refresh() }

// Capacity returns how many records of the shortest kind a message of limit octets can hold.
func (e *Encoder) Capacity(limit int) int { return e.layout.Capacity(limit) }

// MinLimit returns the length of the shortest message that can hold any one record or template.
func (e *Encoder) MinLimit() int { return e.layout.MinLimit() }

// begin notes what falls due at the moment. Once the end was asked for nothing falls due but for
// records that come nevertheless, so that the calls for the last statistics come to an end.
func (e *Encoder) begin(at exporter.Moment, waiting int) {
	s := &e.next
	if at.Final {
		s.clock.end()
	}
	if s.clock.ended && waiting == 0 {
		return
	}
	s.schedule.Begin(e.repeat, at.Wall, baseKinds, s.busy(e.options.Sampling))
	s.roster.Follow(e.options.Interfaces, at.Wall, s.schedule.Rounds())
	if !s.schedule.Starved() {
		s.clock.advance(e.options.StatisticsInterval, at.Wall)
	}
}

// note makes the message part of the session that the next Append goes on from.
func (e *Encoder) note(plan *wire.Plan, statistics wire.Mask, f filled, waiting int) {
	s := &e.next
	s.schedule.Sent(plan, waiting > 0, f.taken > 0)
	s.roster.Sent(f.interfaces)
	s.clock.sent(statistics, f.taken == waiting)
	s.sequence += uint32(plan.Records())
	s.before = s.exported
	s.exported.messages++
	s.exported.flowRecords += uint64(f.taken)
	s.exported.octets += uint64(plan.Size())
}
