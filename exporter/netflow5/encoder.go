package netflow5

import (
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/flowtable"
)

// maxCount is how many records a datagram may hold.
const maxCount = 30

// Encoder makes the datagrams of one V5 session. It is used by one goroutine.
type Encoder struct {
	engine   uint16
	sampling uint16
	// now is the session as of the last Commit, next as of the last Append.
	now, next state
}

// state is what a datagram changes.
type state struct {
	boot     wire.Boot
	sequence uint32
	// parts of the next call's first record were sent already.
	parts uint64
}

var (
	_ exporter.Encoder = (*Encoder)(nil)
	_ exporter.Stepper = (*Encoder)(nil)
)

// New returns the encoder of a new session. Of the options it uses Sampling and Domain, of which bits 8
// to 15 are the engine type, bits 0 to 7 the engine id.
func New(options exporter.EncoderOptions) *Encoder {
	return &Encoder{engine: uint16(options.Domain), sampling: samplingInterval(options.Sampling)}
}

// Append makes the next datagram, as exporter.Encoder says. With a limit below MinLimit it may make
// none although there are records.
func (e *Encoder) Append(dst []byte, limit int, at exporter.Moment, records []flowtable.Record) exporter.Encoded {
	e.next = e.now
	e.next.boot = e.now.boot.For(at.Clock, records, bootRule)
	d := datagram{boot: e.next.boot, parts: e.next.parts, room: e.Capacity(limit)}
	start := len(dst)
	dst = append(dst, make([]byte, headerLength)...)
	dst = d.fill(dst, records)
	out := exporter.Encoded{
		Taken:        d.taken,
		Unexportable: d.unexportable,
		Clamped:      d.clamped,
		FlowRecords:  d.count,
		Partial:      d.parts > 0,
	}
	if d.count == 0 {
		// The boot time may stay undecided: nothing has shown it.
		e.next = e.now
		out.Datagram, out.Partial = dst[:0], false
		return out
	}
	h := header{count: uint16(d.count), sequence: e.next.sequence, engine: e.engine, sampling: e.sampling}
	h.seconds, h.uptime = d.boot.Header(at.Clock, d.last)
	h.put(dst[start:])
	e.next.sequence += uint32(d.count)
	e.next.parts = d.parts
	out.Datagram = dst
	return out
}

// Commit makes the last Append's datagram part of the session.
func (e *Encoder) Commit() { e.now = e.next }

// Step moves the boot time with the wall clock, as exporter.Stepper says.
func (e *Encoder) Step(seconds int64) { e.now.boot = e.now.boot.Moved(seconds) }

// Capacity returns how many records a datagram of limit octets can hold, at most 30.
func (e *Encoder) Capacity(limit int) int {
	return min(max((limit-headerLength)/recordLength, 0), maxCount)
}

// MinLimit returns the length of a datagram with one record.
func (e *Encoder) MinLimit() int { return headerLength + recordLength }

// unexportable says that V5 can't carry the record: it is not IPv4.
func unexportable(r *flowtable.Record) bool { return r.IPVersion != 4 }

// bootRule says which boot times suit a record: one that is too long for any has its start moved, by
// as little as possible.
func bootRule(r *flowtable.Record) (wire.Window, bool) {
	w := wire.Relative(r)
	if w.Empty() {
		w = wire.Closest(r)
	}
	return w, !unexportable(r)
}
