package exporter

import "context"

// item is what goes through a session's queue.
type item struct {
	batch *Batch // or nil:
	last  bool   // finish instead of flush
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
	if s.options.DropWhenFull && (it.batch == nil || !it.batch.Patient) {
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

// waiting says that something is in the queue or in the backlog.
func (s *Session) waiting() bool {
	if s.backlog != nil {
		return s.backlog.waiting()
	}
	return len(s.queue) > 0
}

// discard drops what is in the queue or in the backlog.
func (s *Session) discard() {
	if s.backlog != nil {
		s.drop(s.backlog.close(), DropShutdown)
		return
	}
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
