package sls

import (
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// SpoolChanged is for who has dropped batches of the spool, or queued some again, while the sender has
// it: the ledgers take note and the batches are sent now, not at the next tick. Any goroutine may call
// it, also before Run and after Finish.
func (s *Sender) SpoolChanged() { s.look() }

// reconcile brings the ledgers up to what the spool did by itself, or somebody by its tool: it dropped
// the oldest, the too old, and the damaged, or queued again what was set aside.
func (s *Sender) reconcile() {
	if s.o.Spool == nil {
		return
	}
	s.disk.Lock()
	defer s.disk.Unlock()
	s.reconcileLocked()
}

// reconcileLocked is called with disk held.
func (s *Sender) reconcileLocked() {
	if s.o.Spool == nil {
		return
	}
	stats := s.o.Spool.Stats()
	s.mu.Lock()
	same := stats.Dropped == s.drops && stats.Queued.Batches == uint64(len(s.known))
	s.mu.Unlock()
	if same {
		return
	}
	entries := s.o.Spool.Queued()
	s.mu.Lock()
	defer s.mu.Unlock()
	queued := make(map[spool.ID]struct{}, len(entries))
	for _, e := range entries {
		queued[e.ID] = struct{}{}
		s.adopt(e)
	}
	due := since(s.drops, stats.Dropped)
	s.drops = stats.Dropped
	for id, p := range s.known {
		if _, there := queued[id]; !there {
			s.lost(p, due)
		}
	}
	s.signal()
}

// adopt enters a batch that no session has put. Whether it was sent before, nobody knows. It is called
// with the lock held.
func (s *Sender) adopt(e spool.Entry) *parcel {
	p := s.known[e.ID]
	if p == nil {
		p = &parcel{id: e.ID, sum: e.Sum, ledger: &s.earlier, unsure: true}
		s.known[e.ID] = p
		s.earlier.c.Recovered = s.earlier.c.Recovered.Plus(e.Sum)
		s.earlier.spool(e.Sum)
	}
	return p
}

// lost takes note that the spool has dropped a batch. One that is in memory, too, is sent from there.
func (s *Sender) lost(p *parcel, due []dropped) {
	if p.live && p.batch != nil {
		delete(s.known, p.id)
		p.ledger.unspool(p.sum)
		p.id = 0
		return
	}
	reason := exporter.DropFailed
	for i := range due {
		if due[i].batches > 0 {
			due[i].batches--
			reason = due[i].reason
			break
		}
	}
	s.leave(p)
	p.ledger.drop(p.sum, reason)
}

// dropped is how many batches were dropped for a reason.
type dropped struct {
	reason  exporter.DropReason
	batches uint64
}

// since lists what was dropped between two moments.
func since(before, now spool.Drops) []dropped {
	return []dropped{
		{exporter.DropSpoolFull, now.Full.Batches - before.Full.Batches},
		{exporter.DropTooOld, now.TooOld.Batches - before.TooOld.Batches},
		{exporter.DropDamaged, now.Damaged.Batches - before.Damaged.Batches},
		{exporter.DropOperator, now.Operator.Batches - before.Operator.Batches},
	}
}
