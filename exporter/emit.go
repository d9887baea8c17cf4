package exporter

import (
	"errors"

	"github.com/sagflow/sagflow/flowtable"
)

// maxIdled bounds datagrams in a row that carry templates or statistics while records wait. Two do
// occur; more would be an encoder that can't go on.
const maxIdled = 8

// take moves a batch into pending and sends the full datagrams.
func (s *Session) take(b *Batch) {
	defer b.Release()
	now := s.ran()
	s.accept(b.Records, reading{b.Clock, b.Epoch, now}, now)
}

// takeQueued does the same with what waits longest in the backlog, and says whether that was the last.
func (s *Session) takeQueued() (last bool) {
	c, flush, last := s.backlog.take()
	if c != nil {
		s.accept(c.records, c.reading, c.since)
		s.backlog.giveBack(c)
	}
	if flush {
		s.drain()
	}
	return last
}

// accept takes records and the aging clock that came with them; the oldest waits since a moment.
//
// They are copied, 3 ns each: datagrams then span batches, and the batch is free again at once.
func (s *Session) accept(records []flowtable.Record, clock reading, oldest since) {
	s.follow(clock)
	s.pending = append(s.pending, records...)
	s.waits = append(s.waits, wait{len(s.pending), oldest})
	s.emit(s.capacity)
}

// drain sends all that is pending.
func (s *Session) drain() { s.emit(1) }

// emit sends datagrams while at least so many records are pending.
func (s *Session) emit(atLeast int) {
	for len(s.pending)-s.head >= min(atLeast, s.capacity) && len(s.pending) > s.head {
		switch {
		case s.isAborted():
			s.giveUp(DropShutdown)
		case s.train.sink != nil:
			s.couple()
		default:
			s.emitOne()
		}
		s.noteWaits()
	}
	s.flushTrain()
	n := copy(s.pending, s.pending[s.head:])
	s.waits.moved(s.head)
	s.pending, s.head = s.pending[:n], 0
}

// noteWaits follows what was sent, or given up.
func (s *Session) noteWaits() {
	before := s.waits.oldest()
	s.waits.passed(s.head)
	if after := s.waits.oldest(); after != before && s.backlog != nil {
		s.backlog.settled(after)
	}
}

// emitOne sends one datagram of the pending records.
func (s *Session) emitOne() {
	records := s.pending[s.head:]
	enc, reason, ok := s.deliver(s.moment(), len(records))
	if !ok {
		return
	}
	s.settle(records[:enc.Taken], enc, reason)
	s.head += enc.Taken
	s.checkProgress(enc)
}

// checkProgress gives the records up when the encoder doesn't get on with them.
func (s *Session) checkProgress(enc Encoded) {
	if enc.Taken > 0 || enc.FlowRecords > 0 {
		s.idled = 0
	} else if s.idled++; s.idled > maxIdled || len(enc.Datagram) == 0 {
		s.giveUp(DropFailed)
	}
}

// deliver makes a datagram of the n first pending records and sends it. A datagram that is longer
// than the path carries is made anew with a lower limit: the same records, the same sequence
// number. It reports false when the pending records had to be given up instead.
func (s *Session) deliver(at Moment, n int) (Encoded, DropReason, bool) {
	for {
		if s.limit < s.encoder.MinLimit() {
			s.giveUp(DropTooLong)
			return Encoded{}, DropTooLong, false
		}
		enc := s.encoder.Append(s.buffer[:0], s.limit, at, s.pending[s.head:s.head+n])
		if cap(enc.Datagram) > cap(s.buffer) {
			s.buffer = enc.Datagram[:0]
		}
		if len(enc.Datagram) == 0 {
			return enc, NotDropped, true
		}
		if !s.pacer.wait(enc.FlowRecords, s.aborted) {
			s.giveUp(DropShutdown)
			return Encoded{}, DropShutdown, false
		}
		err := s.send(enc.Datagram)
		if tooLong, ok := errors.AsType[*TooLongError](err); ok {
			s.pacer.refund(enc.FlowRecords)
			s.lower(min(tooLong.Limit, len(enc.Datagram)-1))
			continue
		}
		s.encoder.Commit()
		reason := s.judge(err)
		if r, ok := s.encoder.(Retracter); ok && reason != NotDropped {
			r.Retract()
		}
		s.refresh()
		return enc, reason, true
	}
}

// send sends a datagram, and once more when the first error may be an earlier datagram's.
func (s *Session) send(datagram []byte) error {
	err := s.sink.Send(datagram)
	if err == nil {
		s.noteTaken()
		return nil
	}
	if sendErr, ok := errors.AsType[*SendError](err); ok && sendErr.Reason.mayBeEarlier() {
		s.noteFailure(sendErr)
		if err = s.sink.Send(datagram); err == nil {
			s.countResent()
		}
	}
	return err
}

// judge turns the error of a datagram's last attempt into the reason for which its records are
// dropped.
func (s *Session) judge(err error) DropReason {
	if err == nil {
		return NotDropped
	}
	sendErr, ok := errors.AsType[*SendError](err)
	if !ok {
		sendErr = &SendError{Reason: DropFailed, Err: err}
	}
	s.noteFailure(sendErr)
	return sendErr.Reason
}

// lower follows the path: datagrams get shorter, and records that waited for a longer one go out.
func (s *Session) lower(limit int) {
	s.limit = limit
	s.resize()
	s.mu.Lock()
	s.counters.Shortened++
	s.mu.Unlock()
	s.saidShorter()
}

func (s *Session) isAborted() bool {
	select {
	case <-s.aborted:
		return true
	default:
		return false
	}
}
