package sls

import (
	"context"
	"fmt"
	"time"

	"github.com/sagflow/sagflow/exporter"
)

// Put implements exporter.Output. With DropWhenFull it doesn't block but for a patient batch, with Patience it
// doesn't block for ever, and records dropped for a full queue are no error.
func (s *Session) Put(ctx context.Context, b *exporter.Batch) error {
	defer b.Release()
	sum := exporter.SumOf(b.Records)
	s.sender.mu.Lock()
	s.ledger.c.Put = s.ledger.c.Put.Plus(sum)
	s.sender.mu.Unlock()
	reason, err := s.enqueue(ctx, b)
	if reason == exporter.NotDropped {
		return nil
	}
	s.drop(sum, reason)
	if reason == exporter.DropQueueFull && s.saidFull.CompareAndSwap(false, true) {
		s.o.Logger.Warn("export queue is full: records are dropped and counted", "output", s.o.Name,
			"hint", "give this device more processor time or a faster disk, or raise the queue's length")
	}
	if err != nil {
		return fmt.Errorf("put %d records to %q: %w", sum.Records, s.o.Name, err)
	}
	return nil
}

// Flush implements exporter.Output: the open batch is closed. It doesn't block.
func (s *Session) Flush(context.Context) error {
	if s.intake.ask(false) == over {
		return fmt.Errorf("flush %q: %w", s.o.Name, exporter.ErrFinished)
	}
	return nil
}

// enqueue puts records into the queue, or says why it didn't.
func (s *Session) enqueue(ctx context.Context, b *exporter.Batch) (exporter.DropReason, error) {
	for {
		a, room, still := s.intake.put(b.Records)
		switch {
		case a == admitted:
			return exporter.NotDropped, nil
		case a == over || s.isAborted():
			return exporter.DropShutdown, exporter.ErrFinished
		case s.o.DropWhenFull && !b.Patient || s.o.Patience > 0 && time.Since(still) >= s.o.Patience:
			return exporter.DropQueueFull, nil
		}
		if err := s.await(ctx, room, still); err != nil {
			return exporter.DropShutdown, err
		}
	}
}

// await waits until there may be room, or patience is at its end.
func (s *Session) await(ctx context.Context, room <-chan struct{}, still time.Time) error {
	var patience <-chan time.Time
	if s.o.Patience > 0 {
		timer := time.NewTimer(max(s.o.Patience-time.Since(still), 0))
		defer timer.Stop()
		patience = timer.C
	}
	select {
	case <-room:
	case <-patience:
	case <-s.aborted:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

func (s *Session) isAborted() bool {
	select {
	case <-s.aborted:
		return true
	default:
		return false
	}
}
