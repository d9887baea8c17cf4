package exporter

import (
	"context"
	"fmt"
)

// Put implements Output. With QueueRecords or DropWhenFull it blocks for a patient batch alone, and records dropped for
// a full queue are no error.
func (s *Session) Put(ctx context.Context, b *Batch) error {
	sum := SumOf(b.Records)
	s.mu.Lock()
	s.counters.Put = s.counters.Put.Plus(sum)
	s.mu.Unlock()
	reason, err := s.hand(ctx, b, sum)
	if reason != NotDropped {
		s.dropBatch(b, reason)
	}
	if reason == DropQueueFull {
		s.saidQueueFull("export queue is full: records are dropped and counted")
	}
	if err != nil {
		return fmt.Errorf("put %d records to %q: %w", sum.Records, s.options.Name, err)
	}
	return nil
}

// hand puts a batch into the queue or the backlog, or says why it didn't. NotDropped with an error says that some of it
// was dropped, and counted.
func (s *Session) hand(ctx context.Context, b *Batch, sum Sum) (DropReason, error) {
	if s.backlog == nil {
		return s.enqueue(ctx, item{batch: b})
	}
	if b.Patient {
		return NotDropped, s.handPatiently(b)
	}
	dropped, ok := s.backlog.put(b, sum, s.ran())
	if !ok {
		return DropShutdown, ErrFinished
	}
	b.Release()
	if dropped.Records > 0 {
		s.drop(dropped, DropQueueFull)
		s.saidQueueFull("export queue is full: the oldest records are dropped and counted")
	}
	return NotDropped, nil
}

// handPatiently puts a batch into the backlog as there comes to be room. It waits for that without an end: what ends it
// is an abort, as that of all that is queued.
func (s *Session) handPatiently(b *Batch) error {
	defer b.Release()
	for rest := b.Records; len(rest) > 0; {
		n := min(len(rest), s.backlog.size)
		part := &Batch{Records: rest[:n], Clock: b.Clock, Epoch: b.Epoch, Patient: true}
		if _, ok := s.backlog.put(part, SumOf(part.Records), s.ran()); !ok {
			s.drop(lost{SumOf(rest), b.Clock}, DropShutdown)
			return ErrFinished
		}
		rest = rest[n:]
	}
	return nil
}

// Flush implements Output. With DropWhenFull and a full queue it does nothing: then datagrams are
// full.
func (s *Session) Flush(ctx context.Context) error {
	if err := s.askFlush(ctx); err != nil {
		return fmt.Errorf("flush %q: %w", s.options.Name, err)
	}
	return nil
}

func (s *Session) askFlush(ctx context.Context) error {
	if s.backlog == nil {
		_, err := s.enqueue(ctx, item{})
		return err
	}
	if !s.backlog.ask(false) {
		return ErrFinished
	}
	return nil
}

// Finish implements Output.
func (s *Session) Finish(ctx context.Context) error {
	defer context.AfterFunc(ctx, s.abort)()
	if ctx.Err() != nil {
		s.abort() // now, and not when AfterFunc's goroutine gets to it
	}
	if !s.started.Load() {
		go func() { _ = s.Run(ctx) }()
	}
	s.askLast()
	<-s.done
	s.saidEnd() // what was put after an abort is counted by now, too
	if n := s.Counters().Dropped[DropShutdown].Records; n > 0 {
		return fmt.Errorf("finish %q: %d records dropped, the time was over", s.options.Name, n)
	}
	return nil
}

func (s *Session) askLast() {
	if s.backlog != nil {
		s.backlog.ask(true)
		return
	}
	select {
	case s.queue <- item{last: true}:
	case <-s.aborted:
	case <-s.done:
	}
}
