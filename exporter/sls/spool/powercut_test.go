package spool

import (
	"math/rand/v2"
	"testing"
	"time"
)

// acceptedNote, settledNote and syncedNote are events between the operations of a disk: Append has
// returned; the batch is about to be given a fate; all that was accepted is now synced.
type (
	acceptedNote struct{ number uint64 }
	settledNote  struct{ number uint64 }
	syncedNote   struct{}
)

// workload does at random what a session does.
type workload struct {
	s    *Spool
	disk *simDisk
	r    *rand.Rand
	next uint64
	big  int
}

func (w *workload) step(t fataler) {
	queued, aside := w.s.Queued(), w.s.Aside()
	switch n := w.r.IntN(20); {
	case n < 11 || len(queued) == 0:
		d := []Destination{shanghai, qingdao}[w.r.IntN(2)]
		w.next++
		if _, err := w.s.Append(batch(d, w.next, 200+w.r.IntN(w.big))); err == nil {
			w.disk.event(acceptedNote{w.next})
		}
	case n < 15:
		w.settle(t, queued[w.r.IntN(min(3, len(queued)))].ID, w.s.Done)
	case n < 17:
		_ = w.s.SetAside(queued[w.r.IntN(len(queued))].ID, "refused")
	case n < 18 && len(aside) > 0:
		_, _ = w.s.Release(aside[w.r.IntN(len(aside))].ID)
	case n < 19:
		if w.s.Sync() == nil {
			w.disk.event(syncedNote{})
		}
	default:
		_ = w.s.Maintain()
	}
}

func (w *workload) settle(t fataler, id ID, how func(ID) error) {
	item, err := w.s.Read(id)
	if err != nil {
		return
	}
	w.disk.event(settledNote{item.Number})
	_ = how(id)
}

// TestPowerCut cuts the power after every operation of a disk, drops of what was not synced
// everything, nothing, or some, down to the octet, and looks what is there: every batch that was
// accepted and not yet delivered, whole, or counted as dropped; and nothing that never was.
func TestPowerCut(t *testing.T) {
	for name, c := range map[string]struct {
		interval time.Duration
		big      int
	}{
		"fsync always":         {0, 1000},
		"fsync always, full":   {0, 7000},
		"fsync at times":       {time.Hour, 1000},
		"fsync at times, full": {time.Hour, 7000},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(3) {
				disk := newSimDisk()
				o := options("spool")
				o.FS, o.SyncInterval = disk, c.interval
				w := &workload{s: mustOpen(t, o), disk: disk, r: rand.New(rand.NewPCG(seed, 7)), big: c.big}
				for range 60 {
					w.step(t)
				}
				must(t, w.s.Close())
				cutEverywhere(t, o, disk.ops)
			}
		})
	}
}

func cutEverywhere(t *testing.T, o Options, ops []op) {
	r := rand.New(rand.NewPCG(3, 5))
	for n := range len(ops) + 1 {
		for how, keep := range map[string]func() bool{
			"none kept": func() bool { return false },
			"all kept":  func() bool { return true },
			"some kept": func() bool { return r.IntN(2) == 0 },
			"most kept": func() bool { return r.IntN(8) > 0 },
		} {
			o.FS = after(ops[:n], keep, r)
			checkCut(t, o, ops[:n])
			if t.Failed() {
				t.Fatalf("after %d operations of %d, %s", n, len(ops), how)
			}
		}
	}
}

// checkCut opens what is left and compares it with what the test knows.
func checkCut(t *testing.T, o Options, ops []op) {
	known, sure, attempted := expectations(ops, o.SyncInterval == 0)
	s := mustOpen(t, o)
	have := make(map[uint64]bool)
	for _, n := range append(numbers(t, s, s.Queued()), numbers(t, s, s.Aside())...) {
		if have[n] {
			t.Errorf("batch %d is there twice", n)
		}
		if !attempted(n) {
			t.Errorf("batch %d was never written", n)
		}
		have[n] = true
	}
	lost := Count{}
	for n := range sure {
		if !have[n] {
			lost = lost.Plus(sumOf(batch(shanghai, n, 0)))
		}
	}
	dropped := s.Stats().Lifetime.Dropped.Full
	if o.SyncInterval == 0 && lost != dropped || o.SyncInterval > 0 && lost.Batches > dropped.Batches {
		t.Errorf("%v are missing of %d accepted, %v are counted as dropped", lost, len(known), dropped)
	}
	checkBalanced(t, s)
	must(t, s.Close())
}

// expectations reads the events: the accepted batches without a fate, and those of them that are
// sure to survive.
func expectations(ops []op, always bool) (known, sure map[uint64]bool, attempted func(uint64) bool) {
	known, sure = make(map[uint64]bool), make(map[uint64]bool)
	last := uint64(0)
	for _, o := range ops {
		switch note := o.note.(type) {
		case acceptedNote:
			known[note.number], last = true, note.number
			if always {
				sure[note.number] = true
			}
		case settledNote:
			delete(known, note.number)
			delete(sure, note.number)
		case syncedNote:
			for n := range known {
				sure[n] = true
			}
		}
	}
	return known, sure, func(n uint64) bool { return n <= last+1 }
}
