package sls

import "github.com/sagflow/sagflow/exporter"

// ledger is the counters of one session, or of what the spool had before. Queued is what is left when
// all else is taken off. It is guarded by Sender.mu.
type ledger struct{ c exporter.Counters }

func (l *ledger) counters() exporter.Counters {
	c := l.c
	c.Queued = c.Put.Plus(c.Recovered).Minus(c.Settled())
	return c
}

// pending is what has not reached its end: queued or spooled.
func (l *ledger) pending() exporter.Sum {
	c := l.counters()
	return c.Queued.Plus(c.Spooled)
}

func (l *ledger) drop(sum exporter.Sum, r exporter.DropReason) {
	l.c.Dropped[r] = l.c.Dropped[r].Plus(sum)
}

// unspool takes off what leaves the disk.
func (l *ledger) unspool(sum exporter.Sum) { l.c.Spooled = l.c.Spooled.Minus(sum) }

func (l *ledger) spool(sum exporter.Sum) { l.c.Spooled = l.c.Spooled.Plus(sum) }
