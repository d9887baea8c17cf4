package ipfix

import (
	"time"

	"github.com/sagflow/sagflow/exporter/internal/wire"
)

// clock says which statistics are due. It is a value: a copy is advanced while a message is made.
type clock struct {
	// due are the options records that have to be sent now.
	due wire.Mask
	// next is when the next ones fall due, the zero time before the session's start.
	next time.Time
	// last are the last statistics of the session that are still to be sent; ended says that they
	// were asked for.
	last  wire.Mask
	ended bool
}

// advance notes the time: all statistics fall due at whole intervals since the session's start, if
// those that fell due before were sent; short messages may hold but one.
func (c *clock) advance(interval time.Duration, wall time.Time) {
	if interval <= 0 || c.due != 0 {
		return
	}
	if c.next.IsZero() {
		c.next = wall.Add(interval)
		return
	}
	if late := wall.Sub(c.next); late >= 0 {
		c.due = statisticsKinds
		c.next = c.next.Add(late - late%interval + interval)
	}
}

// end notes that the session ends, once.
func (c *clock) end() {
	if !c.ended {
		c.ended, c.last = true, statisticsKinds
	}
}

// sent notes the options records that are in the message; last says that no records follow it.
func (c *clock) sent(records wire.Mask, last bool) {
	c.due &^= records
	if last {
		c.last &^= records
	}
}

// addStatistics plans options records as there is room, and returns which.
func addStatistics(plan *wire.Plan, due wire.Mask) wire.Mask {
	var added wire.Mask
	for k := meteringStatistics; k <= exportingReliability; k++ {
		if !due.Has(k) {
			continue
		}
		if plan.AddRecord(k) {
			added |= wire.MaskOf(k)
		} else {
			plan.AddNeeded(k)
		}
	}
	return added
}
