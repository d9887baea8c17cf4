package exporter

import "time"

// moment is the time of a datagram of records.
func (s *Session) moment() Moment {
	return Moment{Clock: s.clock.clock, Wall: s.options.Now()}
}

// idle is called at each tick: it sends what falls due by time alone, in a few datagrams where it takes so
// many; more wait for the next.
func (s *Session) idle() {
	if oldest := s.waits.oldest(); oldest > 0 && s.options.MaxDelay > 0 && time.Duration(s.ran()-oldest) >= s.options.MaxDelay {
		s.drain()
	}
	if s.backlog != nil && s.backlog.collectable(s.ran()) {
		s.collect()
	}
	if !s.turn() {
		return
	}
	for range burstDatagrams {
		if !s.announce(s.moment()) {
			return
		}
	}
}

// turn brings the clock up to the input's, and says whether there is one. While records wait in the
// queue, theirs come first.
func (s *Session) turn() bool {
	if s.options.Clock != nil && !s.waiting() {
		clock, epoch := s.options.Clock()
		s.follow(reading{clock, epoch, s.ran()})
	}
	return s.clocked
}

// announce sends templates and statistics that are due, and says whether there were any.
func (s *Session) announce(at Moment) bool {
	enc, reason, ok := s.deliver(at, 0)
	if ok {
		s.settle(nil, enc, reason)
	}
	return ok && len(enc.Datagram) > 0
}

// end sends what is left and the last statistics. Where no packet was ever seen the wall clock
// stands in for packet time.
func (s *Session) end() {
	s.drain()
	if !s.turn() {
		s.follow(reading{clock: s.options.Now().UnixNano(), at: s.ran()})
	}
	at := s.moment()
	at.Final = true
	for i := 0; i < maxIdled && s.announce(at); i++ {
		at.Final = false // a short datagram may have left some of it for the next
	}
}

// statistics is asked by the encoder: the owner's, and what was not sent (RFC 7011 §4.3). The
// times of loss are packet time, as all of the session's times are.
func (s *Session) statistics() Statistics {
	var st Statistics
	if s.options.Encoder.Statistics != nil {
		st = s.options.Encoder.Statistics()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	lost := s.counters.Dropped.Total()
	st.NotSentFlows, st.NotSentPackets, st.NotSentOctets = lost.Records, lost.Packets, lost.Octets
	st.FirstNotSent, st.LastNotSent = s.notSent.first, s.notSent.last
	return st
}
