package spool

import (
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"
)

// attemptNote, acceptedNote, settledNote and syncedNote are events between the operations of a disk:
// Append is about to be called; it has returned; the batch is about to be given a fate; all that was
// accepted is now synced.
type (
	attemptNote  struct{ number uint64 }
	acceptedNote struct{ number uint64 }
	settledNote  struct{ number uint64 }
	syncedNote   struct{}
)

// workload does at random what a session does.
type workload struct {
	s    *Spool
	o    Options
	disk *simDisk
	r    *rand.Rand
	next uint64
	big  int
	// kills says that the process is killed and started again at times.
	kills, unsure bool
}

func (w *workload) step(t fataler) {
	queued, aside := w.s.Queued(), w.s.Aside()
	switch n := w.r.IntN(21); {
	case n < 11 || len(queued) == 0:
		d := []Destination{shanghai, qingdao}[w.r.IntN(2)]
		w.next++
		w.disk.event(attemptNote{w.next})
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
		w.synced(w.s.Sync() != nil)
	case n < 20 || !w.kills:
		_ = w.s.Maintain()
	default:
		w.kill(t)
	}
}

// kill ends the process, but not the machine, and starts another: what Open has found lasts. A process
// that dies while a sync is to be made good takes that knowledge along: from then on nothing is sure.
func (w *workload) kill(t fataler) {
	w.unsure = w.unsure || inDoubt(w.s)
	w.disk.locked = false
	s, err := Open(w.o)
	if err != nil { // the disk refuses: it is started again when it doesn't
		refuse := w.disk.refuse
		w.disk.refuse, w.disk.locked = nil, false
		s = mustOpen(t, w.o)
		w.disk.refuse = refuse
	}
	w.s = s
	w.synced(inDoubt(s))
}

// synced is called when all that was accepted should last.
func (w *workload) synced(doubtful bool) {
	if !doubtful && !w.unsure {
		w.disk.event(syncedNote{})
	}
}

func inDoubt(s *Spool) bool {
	return slices.ContainsFunc(s.segments, func(seg *segment) bool { return seg.doubtful })
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
				w := &workload{s: mustOpen(t, o), o: o, disk: disk, r: rand.New(rand.NewPCG(seed, 7)), big: c.big, kills: true}
				for range 60 {
					w.step(t)
				}
				must(t, w.s.Close())
				cutEverywhere(t, o, disk.ops, 1)
			}
		})
	}
}

// TestPowerCutAfterFailedSyncs is TestPowerCut on a disk that refuses one sync in four, and forgets what
// that was to make last, and one write in twenty. What is rescued may be there more than once.
func TestPowerCutAfterFailedSyncs(t *testing.T) {
	for name, interval := range map[string]time.Duration{"fsync always": 0, "fsync at times": time.Hour} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(3) {
				disk := newSimDisk()
				o := options("spool")
				o.FS, o.SyncInterval = disk, interval
				w := &workload{s: mustOpen(t, o), o: o, disk: disk, r: rand.New(rand.NewPCG(seed, 8)), big: 1000, kills: true}
				disk.refuse = func(kind opKind, _ string, n int) (int, error) {
					switch {
					case kind == opSync && w.r.IntN(4) == 0:
						return 0, syscall.EIO
					case kind == opWrite && w.r.IntN(20) == 0:
						return w.r.IntN(n + 1), errNoSpace
					}
					return n, nil
				}
				for range 60 {
					w.step(t)
				}
				disk.refuse = nil
				_ = w.s.Close()
				cutEverywhere(t, o, disk.ops, 9)
			}
		})
	}
}

func cutEverywhere(t *testing.T, o Options, ops []op, most int) {
	r := rand.New(rand.NewPCG(3, 5))
	for n := range len(ops) + 1 {
		for how, keep := range map[string]func() bool{
			"none kept": func() bool { return false },
			"all kept":  func() bool { return true },
			"some kept": func() bool { return r.IntN(2) == 0 },
			"most kept": func() bool { return r.IntN(8) > 0 },
		} {
			o.FS = after(ops[:n], keep, r)
			checkCut(t, o, ops[:n], most)
			if t.Failed() {
				t.Fatalf("after %d operations of %d, %s", n, len(ops), how)
			}
		}
	}
}

// checkCut opens what is left and compares it with what the test knows; each batch may be there so often.
func checkCut(t *testing.T, o Options, ops []op, most int) {
	known, sure, attempted := expectations(ops, o.SyncInterval == 0)
	s := mustOpen(t, o)
	have := make(map[uint64]int)
	for _, n := range append(numbers(t, s, s.Queued()), numbers(t, s, s.Aside())...) {
		if have[n]++; have[n] > most {
			t.Errorf("batch %d is there %d times", n, have[n])
		}
		if !attempted(n) {
			t.Errorf("batch %d was never written", n)
		}
	}
	lost := Count{}
	for n := range sure {
		if have[n] == 0 {
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
		case attemptNote:
			last = note.number
		case acceptedNote:
			known[note.number] = true
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
	return known, sure, func(n uint64) bool { return n <= last }
}
