package sls

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
)

// Session exports to one Logstore: it makes batches of records and hands them to its sender. It is an
// exporter.Output. When it ends, what was not delivered is the sender's; the session's counters then
// say Spooled for good.
type Session struct {
	o      SessionOptions
	sender *Sender

	intake   *intake
	started  atomic.Bool
	saidFull atomic.Bool
	aborted  chan struct{} // closed when waiting is over: what is left is spooled
	abort    func()
	done     chan struct{} // closed when Run ended

	ledger ledger // guarded by Sender.mu

	// The rest belongs to Run's goroutine.
	lane  *lane
	open  openBatch
	spare []flowtable.Record
}

var _ exporter.Output = (*Session)(nil)

// Session makes a session of the sender. Nothing is sent before its Run, and nothing before the
// sender's.
func (s *Sender) Session(options SessionOptions) (*Session, error) {
	o, err := options.complete(s)
	if err != nil {
		return nil, err
	}
	ses := &Session{
		o: o, sender: s, intake: newIntake(o.QueueRecords), aborted: make(chan struct{}), done: make(chan struct{}),
	}
	ses.abort = sync.OnceFunc(func() { close(ses.aborted) })
	ses.ledger.c.Output = o.Name
	return ses, nil
}

// Name implements exporter.Output.
func (s *Session) Name() string { return s.o.Name }

// Counters implements exporter.Output.
func (s *Session) Counters() exporter.Counters {
	s.sender.mu.Lock()
	defer s.sender.mu.Unlock()
	return s.ledger.counters()
}

// Run implements exporter.Output. When ctx ends, what was not delivered goes to the spool at once;
// only what the spool doesn't take is dropped.
func (s *Session) Run(ctx context.Context) error {
	if !s.started.CompareAndSwap(false, true) {
		<-s.done
		return nil
	}
	defer context.AfterFunc(ctx, s.abort)()
	s.enter()
	if s.work() {
		s.closeBatch()
		s.awaitDelivery()
	}
	s.abort() // nothing blocks from here on
	s.takeAll()
	s.drop(s.intake.close(), exporter.DropShutdown) // what came since then
	s.closeBatch()
	s.leave()
	close(s.done)
	return nil
}

// enter joins the destination's lane.
func (s *Session) enter() {
	s.sender.mu.Lock()
	defer s.sender.mu.Unlock()
	s.lane = s.sender.lane(s.o.Destination)
	s.lane.sessions++
	s.sender.sessions++
	s.sender.wake(s.lane)
}

// leave gives all that was not delivered to the sender.
func (s *Session) leave() {
	s.sender.release(s)
	s.sender.mu.Lock()
	defer s.sender.mu.Unlock()
	s.lane.sessions--
	s.sender.sessions--
	s.sender.wake(s.lane)
}

// work takes what comes. It reports true where it was told to finish, and false where it was aborted.
func (s *Session) work() bool {
	timer := time.NewTimer(forever)
	defer timer.Stop()
	for armed := false; ; {
		if open := s.open.sum.Records > 0; open && !armed {
			armed = true
			timer.Reset(s.left())
		}
		select {
		case <-s.intake.woken:
			if s.takeAll() {
				return true
			}
		case <-timer.C:
			armed = false
			s.age()
		case <-s.aborted:
			return false
		}
	}
}

// takeAll takes what waits, and says whether it was the last.
func (s *Session) takeAll() (last bool) {
	records, flush, last := s.intake.take(s.spare)
	s.take(records)
	s.spare = records
	if flush {
		s.closeBatch()
	}
	return last
}

// left is how long the open batch may wait.
func (s *Session) left() time.Duration { return s.o.BatchAge - time.Since(s.open.since) }

// age closes the batch where it is old enough: it may have begun after the timer.
func (s *Session) age() {
	if s.open.sum.Records > 0 && s.left() <= 0 {
		s.closeBatch()
	}
}

// take adds records to the open batch.
func (s *Session) take(records []flowtable.Record) {
	for len(records) > 0 {
		n := s.open.add(&s.o, records, time.Now())
		if records = records[n:]; len(records) > 0 {
			s.closeBatch()
		}
	}
	if s.open.sum.Records >= uint64(s.o.BatchRecords) {
		s.closeBatch()
	}
}

// closeBatch hands the open batch over, where it has records.
func (s *Session) closeBatch() {
	sum := s.open.sum
	if sum.Records == 0 {
		return
	}
	batch, err := s.open.close(&s.o, s.sender.o.Boot, s.sender.number.Add(1)-1, s.sender.o.Now())
	if err != nil {
		s.o.Logger.Error("a batch can't be compressed: it is dropped and counted", "output", s.o.Name, "error", err)
		s.open.reset()
		s.drop(sum, exporter.DropFailed)
		return
	}
	s.sender.submit(s.lane, &parcel{batch: batch, sum: sum, ledger: &s.ledger, live: true}, s.aborted)
}

func (s *Session) drop(sum exporter.Sum, r exporter.DropReason) {
	s.sender.mu.Lock()
	defer s.sender.mu.Unlock()
	s.ledger.drop(sum, r)
}
