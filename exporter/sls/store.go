package sls

import (
	"errors"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// store writes a batch in memory to the spool: from then on it is accepted.
func (s *Sender) store(p *parcel) error {
	s.disk.Lock()
	defer s.disk.Unlock()
	s.mu.Lock()
	batch, there := p.batch, p.id != 0 || p.gone
	s.mu.Unlock()
	if there {
		return nil
	}
	if s.o.Spool == nil {
		return errNoSpool
	}
	s.debug(saidMade, batch)
	id, err := s.o.Spool.Append(*batch)
	if err == nil {
		s.debug(saidAccepted, batch)
	}
	s.mu.Lock()
	s.sayDisk(err)
	if err == nil {
		if s.onStored != nil {
			s.onStored(batch)
		}
		p.id = id
		s.known[id] = p
		p.ledger.spool(p.sum)
		s.signal()
	}
	s.mu.Unlock()
	s.reconcileLocked()
	return err
}

// sayDisk says once that the spool doesn't take batches, and once that it does again. It is called
// with the lock held.
func (s *Sender) sayDisk(err error) {
	switch {
	case err != nil && !s.saidDisk && s.quiet.allows("append", s.o.Now()):
		s.o.Logger.Error("the spool takes no batches: they are kept in memory as far as there is room",
			"error", err, "hint", hintDisk)
		s.saidDisk = true
	case err == nil && s.saidDisk:
		s.o.Logger.Info("the spool takes batches again")
		s.saidDisk = false
	}
}

// acknowledge gives a batch the fate that is wished for.
func (s *Sender) acknowledge(p *parcel, octets int) {
	s.disk.Lock()
	defer s.disk.Unlock()
	s.mu.Lock()
	id := p.id
	s.mu.Unlock()
	if id != 0 {
		// It is delivered whatever the disk says; without the mark it is sent again after a restart.
		_ = s.o.Spool.Done(id)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.gone {
		return
	}
	s.leave(p)
	c := &p.ledger.c
	c.Acknowledged = c.Acknowledged.Plus(p.sum)
	c.Batches++
	c.BatchOctets += uint64(octets)
}

// leave takes a batch that gets its fate off the disk's books. It is called with the lock held.
func (s *Sender) leave(p *parcel) {
	if p.id != 0 {
		delete(s.known, p.id)
		p.ledger.unspool(p.sum)
	}
	p.gone, p.id, p.batch = true, 0, nil
	s.signal()
}

// drop gives a batch up, unless it is on disk by now.
func (s *Sender) drop(p *parcel, r exporter.DropReason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !p.gone && p.id == 0 {
		s.leave(p)
		p.ledger.drop(p.sum, r)
	}
}

// setAside moves a refused batch out of the way. Where there is no spool it is dropped. An error
// means that it is still to be set aside.
func (s *Sender) setAside(p *parcel, reason string) error {
	if err := s.store(p); errors.Is(err, errNoSpool) {
		s.drop(p, exporter.DropRefused)
		return nil
	} else if err != nil {
		return err
	}
	s.disk.Lock()
	defer s.disk.Unlock()
	s.mu.Lock()
	id, gone := p.id, p.gone
	s.mu.Unlock()
	if gone {
		return nil
	}
	if err := s.o.Spool.SetAside(id, reason); err != nil {
		s.reconcileLocked() // it may be gone: dropped meanwhile, or damaged
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave(p)
	c := &p.ledger.c
	c.SetAside = c.SetAside.Plus(p.sum)
	return nil
}

// submit hands a closed batch of a session to its lane. It blocks where neither memory nor disk has
// room, until aborted is closed.
func (s *Sender) submit(l *lane, p *parcel, aborted <-chan struct{}) {
	if s.o.Policy == Always {
		_ = s.store(p)
	}
	for {
		if s.enqueue(l, p, false) || s.keepOnDisk(l, p) || s.enqueue(l, p, true) {
			return
		}
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		again := time.NewTimer(senderTick) // the disk may have come back
		select {
		case <-changed:
		case <-again.C:
		case <-aborted:
			s.mu.Lock()
			l.push(p)
			s.mu.Unlock()
			again.Stop()
			return
		}
		again.Stop()
	}
}

// enqueue puts a batch into the lane's memory where there is room; also into that of a lane that
// waits, if it must be.
func (s *Sender) enqueue(l *lane, p *parcel, must bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(l.waiting) >= s.o.Waiting || l.blocked() && !must {
		return false
	}
	l.push(p)
	s.wake(l)
	return true
}

// keepOnDisk lets go of a batch's memory where the spool has it.
func (s *Sender) keepOnDisk(l *lane, p *parcel) bool {
	if s.store(p) != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.gone || p.id == 0 {
		return p.gone
	}
	p.live, p.batch = false, nil
	s.wake(l)
	return true
}

// load returns a batch with its payload, from memory or disk.
func (s *Sender) load(p *parcel) (batch *spool.Batch, fromDisk bool, err error) {
	s.mu.Lock()
	batch, id := p.batch, p.id
	s.mu.Unlock()
	if batch != nil {
		return batch, false, nil
	}
	if id == 0 {
		return nil, true, spool.ErrUnknown
	}
	item, err := s.o.Spool.Read(id)
	if err != nil {
		s.reconcile()
		return nil, true, err
	}
	return &item.Batch, true, nil
}
