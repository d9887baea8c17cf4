package collector

import "time"

// flushDelay is how long records may wait in a buffer: somebody may be reading along.
const flushDelay = 200 * time.Millisecond

// pace decides when a Server flushes and when it ends, from times it is told.
type pace struct {
	idle     time.Duration // 0: never ends
	received time.Time     // of the last datagram, zero before the first
	pending  time.Time     // of the oldest record that is not flushed, zero if none
}

// datagram notes that one arrived, and whether it brought records.
func (p *pace) datagram(now time.Time, records bool) {
	p.received = now
	if records && p.pending.IsZero() {
		p.pending = now
	}
}

// flush reports whether records have waited long enough, and takes them as flushed then.
func (p *pace) flush(now time.Time) bool {
	if p.pending.IsZero() || now.Sub(p.pending) < flushDelay {
		return false
	}
	p.pending = time.Time{}
	return true
}

// ended reports whether nothing came for as long as the exporter is waited for.
func (p *pace) ended(now time.Time) bool {
	return p.idle > 0 && !p.received.IsZero() && now.Sub(p.received) >= p.idle
}

// deadline is when one of the two falls due, zero if neither will.
func (p *pace) deadline() time.Time {
	var at time.Time
	if p.idle > 0 && !p.received.IsZero() {
		at = p.received.Add(p.idle)
	}
	if due := p.pending.Add(flushDelay); !p.pending.IsZero() && (at.IsZero() || due.Before(at)) {
		at = due
	}
	return at
}
