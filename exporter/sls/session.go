package sls

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sagflow/sagflow/exporter"
)

// Session exports to one Logstore: it makes batches of records and hands them to its sender. It is an
// exporter.Output. When it ends, what was not delivered is the sender's; the session's counters then
// say Spooled for good.
type Session struct {
	o      SessionOptions
	sender *Sender

	queue    chan item
	started  atomic.Bool
	saidFull atomic.Bool
	made     time.Time
	moved    atomic.Int64  // when something was taken from the queue, since made
	aborted  chan struct{} // closed when waiting is over: what is left is spooled
	abort    func()
	done     chan struct{} // closed when Run ended

	ledger ledger // guarded by Sender.mu

	// The rest belongs to Run's goroutine.
	lane *lane
	open openBatch
}

// item is what goes through a session's queue.
type item struct {
	batch *exporter.Batch // or nil:
	last  bool            // finish instead of flush
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
		o: o, sender: s, made: time.Now(),
		queue: make(chan item, o.Queue), aborted: make(chan struct{}), done: make(chan struct{}),
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
	s.drain()
	s.closeBatch()
	s.leave()
	close(s.done)
	s.discard() // what came in between
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

// work takes items off the queue. It reports true where it was told to finish, and false where it was
// aborted.
func (s *Session) work() bool {
	timer := time.NewTimer(s.o.BatchAge)
	defer timer.Stop()
	for {
		select {
		case it := <-s.queue:
			s.moved.Store(int64(time.Since(s.made)))
			switch {
			case it.batch != nil:
				s.take(it.batch)
			case it.last:
				return true
			default:
				s.closeBatch()
			}
		case <-timer.C:
			timer.Reset(s.age())
		case <-s.aborted:
			return false
		}
	}
}

// age closes the batch where it is old enough, and returns when to look again.
func (s *Session) age() time.Duration {
	if s.open.sum.Records == 0 {
		return max(s.o.BatchAge/8, time.Millisecond)
	}
	left := s.o.BatchAge - time.Since(s.open.since)
	if left > 0 {
		return left
	}
	s.closeBatch()
	return max(s.o.BatchAge/8, time.Millisecond)
}

// take adds records to the open batch.
func (s *Session) take(b *exporter.Batch) {
	defer b.Release()
	for records := b.Records; len(records) > 0; {
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

// drain takes what is left in the queue.
func (s *Session) drain() {
	for {
		select {
		case it := <-s.queue:
			if it.batch != nil {
				s.take(it.batch)
			}
		default:
			return
		}
	}
}

func (s *Session) drop(sum exporter.Sum, r exporter.DropReason) {
	s.sender.mu.Lock()
	defer s.sender.mu.Unlock()
	s.ledger.drop(sum, r)
}
