package wire

import "time"

// Repeat says when templates are sent again.
type Repeat struct {
	// Packets repeats them after so many datagrams with data records, 0 never by packets.
	Packets int
	// Interval repeats them after so much wall-clock time, 0 never by time.
	Interval time.Duration
}

// Schedule is which templates the collector has and which are due. The zero value is a session's
// start. It is a value: a copy is advanced while a datagram is made.
type Schedule struct {
	// known are the templates that were sent, due those of them and of the first round that still
	// have to be sent in the round that began at round.
	known, due Mask
	round      time.Time
	// datagrams is how many with data records were sent since the round began. Those with nothing but
	// templates and what goes with them don't count, else one round could be the cause of the next.
	datagrams int
	// starved says that records waited while templates or statistics took a whole datagram.
	starved bool
	// refresh asks for a round at once.
	refresh bool
	// rounds is how many there were.
	rounds uint32
}

// Refresh asks for a round with the next datagram, whether due or not.
func (s *Schedule) Refresh() { s.refresh = true }

// Rounds returns how many rounds were begun: another number than before is a new round.
func (s *Schedule) Rounds() uint32 { return s.rounds }

// Begin starts a round when one is due: base and all that was ever sent. busy says that what belongs to the
// round before isn't all out, so that none is due.
func (s *Schedule) Begin(r Repeat, wall time.Time, base Mask, busy bool) {
	if s.refresh {
		s.Restart(wall, base)
	}
	if s.starved || s.due != 0 || busy {
		return
	}
	byPackets := r.Packets > 0 && s.datagrams >= r.Packets
	byTime := r.Interval > 0 && wall.Sub(s.round) >= r.Interval
	if s.known == 0 || byPackets || byTime {
		s.Restart(wall, base)
	}
}

// Restart starts a round at once, also in the middle of another.
func (s *Schedule) Restart(wall time.Time, base Mask) {
	s.due, s.round, s.datagrams, s.refresh = s.known|base, wall, 0, false
	s.rounds++
}

// Due returns the templates that have to be sent before the records that need them.
func (s *Schedule) Due() Mask { return s.due }

// Known returns the templates that the collector has and that are not due.
func (s *Schedule) Known() Mask { return s.known &^ s.due }

// Starved says that records find room first, with the templates that they need, and that nothing
// else falls due: ever new rounds could keep them waiting for ever in short datagrams.
func (s *Schedule) Starved() bool { return s.starved }

// Sent notes a datagram. waiting says that there were flow records to send, taken that some of them
// are in it.
func (s *Schedule) Sent(p *Plan, waiting, taken bool) {
	s.known |= p.Templates()
	s.due &^= p.Templates()
	if p.HasRecords() {
		s.datagrams++
	}
	s.starved = waiting && !taken
}
