package sls

import (
	"context"
	"fmt"
	"time"

	"github.com/sagflow/sagflow/exporter"
)

// Put implements exporter.Output. With DropWhenFull it doesn't block, with Patience it doesn't block for
// ever, and records dropped for a full queue are no error.
func (s *Session) Put(ctx context.Context, b *exporter.Batch) error {
	sum := exporter.SumOf(b.Records)
	s.sender.mu.Lock()
	s.ledger.c.Put = s.ledger.c.Put.Plus(sum)
	s.sender.mu.Unlock()
	reason, err := s.enqueue(ctx, item{batch: b})
	if reason == exporter.NotDropped {
		return nil
	}
	s.drop(sum, reason)
	b.Release()
	if reason == exporter.DropQueueFull && s.saidFull.CompareAndSwap(false, true) {
		s.o.Logger.Warn("export queue is full: records are dropped and counted", "output", s.o.Name,
			"hint", "give this device more processor time or a faster disk, or raise the queue's length")
	}
	if err != nil {
		return fmt.Errorf("put %d records to %q: %w", sum.Records, s.o.Name, err)
	}
	return nil
}

// Flush implements exporter.Output: the open batch is closed. With DropWhenFull and a full queue it
// does nothing.
func (s *Session) Flush(ctx context.Context) error {
	if _, err := s.enqueue(ctx, item{}); err != nil {
		return fmt.Errorf("flush %q: %w", s.o.Name, err)
	}
	return nil
}

// enqueue puts an item into the queue, or says why it didn't.
func (s *Session) enqueue(ctx context.Context, it item) (exporter.DropReason, error) {
	if s.over() {
		return exporter.DropShutdown, exporter.ErrFinished
	}
	select {
	case s.queue <- it:
		return s.queued(it)
	default:
	}
	if s.o.DropWhenFull {
		return exporter.DropQueueFull, nil
	}
	return s.wait(ctx, it)
}

// wait is enqueue where the queue is full.
func (s *Session) wait(ctx context.Context, it item) (exporter.DropReason, error) {
	for {
		stuck, stop := s.patience()
		select {
		case s.queue <- it:
			stop()
			return s.queued(it)
		case <-s.aborted:
			stop()
			return exporter.DropShutdown, exporter.ErrFinished
		case <-s.done:
			stop()
			return exporter.DropShutdown, exporter.ErrFinished
		case <-ctx.Done():
			stop()
			return exporter.DropShutdown, ctx.Err()
		case <-stuck:
			if s.still() >= s.o.Patience {
				return exporter.DropQueueFull, nil
			}
		}
	}
}

// still is how long nothing has been taken from the queue.
func (s *Session) still() time.Duration {
	return time.Since(s.made) - time.Duration(s.moved.Load())
}

// patience returns a channel that tells when Put has waited long enough, if nothing moves until then.
func (s *Session) patience() (<-chan time.Time, func()) {
	if s.o.Patience == 0 {
		return nil, func() {}
	}
	timer := time.NewTimer(max(s.o.Patience-s.still(), 0))
	return timer.C, func() { timer.Stop() }
}

func (s *Session) over() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// queued is called after an item went into the queue. When Run ended at the same moment it may not
// be taken out any more: then it is dropped and counted here.
func (s *Session) queued(item) (exporter.DropReason, error) {
	if s.over() {
		s.discard()
	}
	return exporter.NotDropped, nil
}

// discard drops what is in the queue of a session that has ended.
func (s *Session) discard() {
	for {
		select {
		case it := <-s.queue:
			if it.batch != nil {
				s.drop(exporter.SumOf(it.batch.Records), exporter.DropShutdown)
				it.batch.Release()
			}
		default:
			return
		}
	}
}
