package exporter

import "github.com/sagflow/sagflow/flowtable"

// settle counts a datagram and the fate of the records that are dealt with by it.
//
// A record whose parts are spread over datagrams is settled with its last part: acknowledged only
// if all parts were taken, else dropped for the first part's reason. Only the first of the records
// can have parts in earlier datagrams.
func (s *Session) settle(taken []flowtable.Record, enc Encoded, reason DropReason) {
	if len(enc.Datagram) == 0 && len(taken) == 0 {
		return
	}
	s.mu.Lock()
	s.countDatagram(enc, reason)
	if len(taken) > 0 {
		s.countRecords(taken, enc, reason)
		s.split = NotDropped
	}
	s.mu.Unlock()
	if enc.Unexportable > 0 {
		s.saidUnexportable()
	}
	if enc.Partial && s.split == NotDropped {
		s.split = reason
	}
}

// countRecords is called with the lock held.
func (s *Session) countRecords(taken []flowtable.Record, enc Encoded, reason DropReason) {
	rest := SumOf(taken)
	if enc.Unexportable > 0 {
		ipv6 := sumOfIPv6(taken)
		s.counters.Unexportable.IPv6 = s.counters.Unexportable.IPv6.Plus(ipv6)
		rest = rest.Minus(ipv6)
	}
	if s.split != NotDropped {
		first := SumOf(taken[:1])
		s.countDropped(first, s.split, s.clock.clock)
		rest = rest.Minus(first)
	}
	if reason != NotDropped {
		s.countDropped(rest, reason, s.clock.clock)
	} else {
		s.counters.Acknowledged = s.counters.Acknowledged.Plus(rest)
	}
}

func sumOfIPv6(records []flowtable.Record) Sum {
	var sum Sum
	for i := range records {
		if records[i].IPVersion != 4 {
			sum = sum.Plus(SumOf(records[i : i+1]))
		}
	}
	return sum
}

// countDatagram is called with the lock held.
func (s *Session) countDatagram(enc Encoded, reason DropReason) {
	c := &s.counters
	if len(enc.Datagram) == 0 {
		return
	}
	if reason != NotDropped {
		c.DatagramsDropped++
		return
	}
	c.Datagrams++
	c.DatagramOctets += uint64(len(enc.Datagram))
	c.FlowRecords += uint64(enc.FlowRecords)
	c.Clamped += uint64(enc.Clamped)
}

// countDropped is called with the lock held.
func (s *Session) countDropped(sum Sum, reason DropReason, clock int64) {
	if sum.Records == 0 {
		return
	}
	s.counters.Dropped[reason] = s.counters.Dropped[reason].Plus(sum)
	if s.notSent.first == 0 {
		s.notSent.first = clock
	}
	s.notSent.last = max(s.notSent.last, clock)
}

func (s *Session) countResent() {
	s.mu.Lock()
	s.counters.Resent++
	s.mu.Unlock()
}

// giveUp drops all that is pending.
func (s *Session) giveUp(reason DropReason) {
	s.flushTrain()
	s.mu.Lock()
	s.countDropped(SumOf(s.pending[s.head:]), reason, s.clock.clock)
	s.mu.Unlock()
	s.pending, s.head, s.waits = s.pending[:0], 0, s.waits[:0]
	if s.backlog != nil {
		s.backlog.settled(0)
	}
	s.split, s.idled = NotDropped, 0
	s.saidGaveUp(reason)
}

// dropBatch drops a batch that didn't get into the queue. Any goroutine may call it.
func (s *Session) dropBatch(b *Batch, reason DropReason) {
	s.drop(lost{SumOf(b.Records), b.Clock}, reason)
	b.Release()
}

// drop counts what didn't get into pending. Any goroutine may call it.
func (s *Session) drop(what lost, reason DropReason) {
	s.mu.Lock()
	s.countDropped(what.Sum, reason, what.clock)
	s.mu.Unlock()
}
