package sls

import (
	"context"
	"fmt"
	"time"

	"github.com/sagflow/sagflow/exporter"
)

// Finish implements exporter.Output: it closes the open batch and waits for delivery, at most for
// ShutdownTimeout and until ctx ends. What is left then stays in the spool, where the sender goes on
// with it, and the error is a *LeftError. No Put may follow.
func (s *Session) Finish(ctx context.Context) error {
	defer context.AfterFunc(ctx, s.abort)()
	defer time.AfterFunc(s.o.ShutdownTimeout, s.abort).Stop()
	if ctx.Err() != nil {
		s.abort() // now, and not when AfterFunc's goroutine gets to it
	}
	if !s.started.Load() {
		go func() { _ = s.Run(ctx) }()
	}
	s.intake.ask(true)
	<-s.done
	c := s.Counters()
	if n := c.Dropped.Total(); n.Records > 0 {
		s.o.Logger.Warn("records were dropped", "output", s.o.Name, "records", n.Records)
	}
	left := &LeftError{Output: s.o.Name, Spooled: c.Spooled, Dropped: c.Dropped[exporter.DropShutdown]}
	if left.Spooled.Records > 0 || left.Dropped.Records > 0 {
		return fmt.Errorf("export to Log Service: %w", left)
	}
	return nil
}

// awaitDelivery waits until the session has nothing queued or spooled any more, or the time is over, or
// nobody delivers any more.
func (s *Session) awaitDelivery() {
	s.sender.mu.Lock()
	s.lane.hurry()
	s.sender.mu.Unlock()
	s.sender.await(s.aborted, func() bool { return s.ledger.pending() == exporter.Sum{} || s.sender.finished })
	s.sender.mu.Lock()
	s.lane.hurried--
	s.sender.mu.Unlock()
}

// release takes a session's batches over: those in memory go to disk, or are dropped where it doesn't
// take them; those on disk are the sender's from now on.
func (s *Sender) release(ses *Session) {
	for _, p := range s.held(ses) {
		if s.store(p) != nil {
			s.drop(p, exporter.DropShutdown)
		}
		s.unload(ses)
	}
	for _, p := range s.held(ses) { // others have taken its place on disk
		s.drop(p, exporter.DropSpoolFull)
	}
	s.disk.Lock()
	defer s.disk.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.known {
		if p.ledger == &ses.ledger {
			p.ledger = &s.earlier
			s.earlier.c.Recovered = s.earlier.c.Recovered.Plus(p.sum)
			s.earlier.spool(p.sum)
		}
	}
	s.signal()
}

// held lists what a session's lane has of it in memory.
func (s *Sender) held(ses *Session) []*parcel {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*parcel
	for _, p := range append([]*parcel{ses.lane.current}, ses.lane.waiting...) {
		if p != nil && p.live && !p.gone && p.ledger == &ses.ledger {
			all = append(all, p)
		}
	}
	return all
}

// unload leaves what is on disk to it. Nobody sees to what stays in memory, once the spool drops it for the next.
func (s *Sender) unload(ses *Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ses.lane.unload()
	if p := ses.lane.current; p != nil && p.id != 0 && p.ledger == &ses.ledger {
		p.live, p.batch = false, nil
	}
}
