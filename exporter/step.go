package exporter

// reading is a reading of the aging clock.
type reading struct {
	clock int64  // nanoseconds since 1970
	epoch uint32 // the timeline that clock is on
	at    since  // when it was put, or read
}

// follow brings the session's clock up to a reading. On one timeline it never goes back.
func (s *Session) follow(r reading) {
	switch {
	case !s.clocked:
		s.clock, s.clocked = r, true
	case r.epoch != s.clock.epoch:
		s.step(r)
	case r.clock > s.clock.clock:
		s.clock = r
	}
}

// step goes on to another timeline: what is pending goes out on its own, then boot time and templates
// follow (RFC 3954 §7). Shards may differ for a moment and bring the earlier timeline once more: then
// there are three steps, and each datagram is still right.
func (s *Session) step(r reading) {
	s.drain()
	by := r.clock - s.clock.clock - int64(max(r.at-s.clock.at, 0))
	s.clock = r
	if e, ok := s.encoder.(Stepper); ok {
		e.Step(wholeSeconds(by))
	}
	if e, ok := s.encoder.(Refresher); ok {
		e.Refresh()
	}
	s.mu.Lock()
	s.notSent.move(by)
	s.mu.Unlock()
}

// wholeSeconds rounds down, so that sysUptime never goes back: collectors would take that as a
// restart. Each step may move it up to a second ahead.
func wholeSeconds(nanos int64) int64 {
	s := nanos / 1e9
	if nanos%1e9 < 0 {
		s--
	}
	return s
}

// move turns the interval into another timeline.
func (i *interval) move(by int64) {
	if i.first != 0 {
		i.first, i.last = i.first+by, i.last+by
	}
}
