package exporter

import (
	"context"
	"fmt"
)

// Put implements Output. With DropWhenFull it doesn't block, and a batch dropped for a full queue
// is no error.
func (s *Session) Put(ctx context.Context, b *Batch) error {
	sum := SumOf(b.Records)
	s.mu.Lock()
	s.counters.Put = s.counters.Put.Plus(sum)
	s.mu.Unlock()
	reason, err := s.enqueue(ctx, item{batch: b})
	if reason == NotDropped {
		return nil
	}
	s.dropBatch(b, reason)
	if reason == DropQueueFull && s.saidFull.CompareAndSwap(false, true) {
		s.log().Warn("export queue is full: records are dropped and counted", "hint", reason.hint())
	}
	if err != nil {
		return fmt.Errorf("put %d records to %q: %w", sum.Records, s.options.Name, err)
	}
	return nil
}

// Flush implements Output. With DropWhenFull and a full queue it does nothing: then datagrams are
// full.
func (s *Session) Flush(ctx context.Context) error {
	if _, err := s.enqueue(ctx, item{}); err != nil {
		return fmt.Errorf("flush %q: %w", s.options.Name, err)
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
	select {
	case s.queue <- item{last: true}:
	case <-s.aborted:
	case <-s.done:
	}
	<-s.done
	s.saidEnd() // what was put after an abort is counted by now, too
	if n := s.Counters().Dropped[DropShutdown].Records; n > 0 {
		return fmt.Errorf("finish %q: %d records dropped, the time was over", s.options.Name, n)
	}
	return nil
}

// enqueue puts an item into the queue, or says why it didn't.
func (s *Session) enqueue(ctx context.Context, it item) (DropReason, error) {
	select {
	case <-s.done:
		return DropShutdown, ErrFinished
	default:
	}
	select {
	case s.queue <- it:
		return s.queued()
	default:
	}
	if s.options.DropWhenFull {
		return DropQueueFull, nil
	}
	select {
	case s.queue <- it:
		return s.queued()
	case <-s.aborted: // and not only when Run has ended, which a transport that is stuck prevents
		return DropShutdown, ErrFinished
	case <-s.done:
		return DropShutdown, ErrFinished
	case <-ctx.Done():
		return DropShutdown, ctx.Err()
	}
}

// queued is called after an item went into the queue. When Run ended at the same moment nobody
// takes it out any more: then it is counted here.
func (s *Session) queued() (DropReason, error) {
	select {
	case <-s.done:
		s.discard()
	default:
	}
	return NotDropped, nil
}

// discard drops what is in the queue.
func (s *Session) discard() {
	for {
		select {
		case it := <-s.queue:
			if it.batch != nil {
				s.dropBatch(it.batch, DropShutdown)
			}
		default:
			return
		}
	}
}
