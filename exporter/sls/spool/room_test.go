package spool

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestFull: the oldest goes, and is counted, also for who looks after a restart.
func TestFull(t *testing.T) {
	o := options(t.TempDir())
	s := mustOpen(t, o)
	var all []Batch
	for n := range uint64(100) {
		all = append(all, batch(shanghai, n, 3000))
		mustAppend(t, s, all[n])
		if b := s.Stats().Bytes; b > o.MaxBytes {
			t.Fatalf("%d octets, limit %d", b, o.MaxBytes)
		}
	}
	for range 2 {
		have := numbers(t, s, s.Queued())
		if len(have) < 14 || have[len(have)-1] != 99 || int(have[0]) != 100-len(have) {
			t.Errorf("left are %v, want the newest", have)
		}
		equal(t, sumOf(all[:have[0]]...), s.Stats().Lifetime.Dropped.Full)
		checkBalanced(t, s)
		must(t, s.Close())
		s = mustOpen(t, o)
	}
	must(t, s.Close())
}

// TestBlockedDestinationKeepsItsSpace: what one destination gets delivered takes no space from
// another that is blocked.
func TestBlockedDestinationKeepsItsSpace(t *testing.T) {
	s := mustOpen(t, options(t.TempDir()))
	for n := range uint64(300) {
		if n%30 == 0 {
			mustAppend(t, s, batch(qingdao, n, 1000))
		}
		must(t, s.Done(mustAppend(t, s, batch(shanghai, n, 3000))))
	}
	equal(t, 10, len(inLane(s, qingdao)))
	equal(t, Count{}, s.Stats().Dropped.Total())
	must(t, s.Close())
}

// TestAsideAmongTheOldest: what is set aside makes room in its turn.
func TestAsideAmongTheOldest(t *testing.T) {
	s := mustOpen(t, options(t.TempDir()))
	first, second := mustAppend(t, s, batch(shanghai, 1, 3000)), mustAppend(t, s, batch(shanghai, 2, 3000))
	must(t, s.SetAside(first, "refused"))
	must(t, s.Done(second))
	for n := uint64(3); len(s.Aside()) > 0; n++ {
		equal(t, Count{}, s.Stats().Dropped.Total())
		mustAppend(t, s, batch(shanghai, n, 3000))
	}
	equal(t, sumOf(batch(shanghai, 1, 0)), s.Stats().Dropped.Full)
	checkBalanced(t, s)
	must(t, s.Close())
}

// TestMinFree: where the disk has too little left the spool doesn't grow, and it never throws away
// what would not help.
func TestMinFree(t *testing.T) {
	disk := newSimDisk()
	disk.total = 1 << 20
	o := options("spool")
	o.FS, o.MinFree = disk, 0.1
	s := mustOpen(t, o)
	disk.free = 100 << 10
	if _, err := s.Append(batch(shanghai, 1, 3000)); !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), "10 % must stay free") {
		t.Errorf("error %v, want ErrFull", err)
	}
	disk.free = 200 << 10
	for n := range uint64(10) {
		mustAppend(t, s, batch(shanghai, n, 3000))
	}
	disk.free = 100 << 10
	before := s.Stats().Bytes
	mustAppend(t, s, batch(shanghai, 10, 3000))
	if st := s.Stats(); st.Bytes > before || st.Dropped.Full.Batches == 0 || st.Dropped.Full.Batches > 3 {
		t.Errorf("%d octets, before %d; %v dropped", st.Bytes, before, st.Dropped.Full)
	}
	queued := len(s.Queued())
	if _, err := s.Append(batch(shanghai, 11, 40000)); !errors.Is(err, ErrFull) {
		t.Errorf("error %v, want ErrFull", err)
	}
	equal(t, queued, len(s.Queued()))
	checkBalanced(t, s)
	must(t, s.Close())
}

// refusal lets a disk refuse some of its operations: those of some kinds, from the first-th on.
type refusal struct {
	kinds       []opKind
	first, last int
	err         error
	n           int
	partly      *rand.Rand
}

func (r *refusal) ask(kind opKind, name string, n int) (int, error) {
	if !slices.Contains(r.kinds, kind) {
		return n, nil
	}
	r.n++
	if r.n < r.first || r.n > r.last {
		return n, nil
	}
	return r.partly.IntN(n + 1), r.err
}

// TestRefusals lets the disk refuse each operation in turn, one or a run of them, or all of one
// kind from there on; a refused write may have put down a part. Append then says so, and nothing
// that was accepted is lost: not while the spool is open, and not when it is opened again.
func TestRefusals(t *testing.T) {
	full, broken := errNoSpace, error(syscall.EIO)
	for name, c := range map[string]struct {
		kinds []opKind
		run   int
		err   error
	}{
		"one write":        {[]opKind{opWrite}, 1, full},
		"no space":         {[]opKind{opWrite, opCreate}, 10, full},
		"no space for all": {[]opKind{opWrite, opCreate}, 1 << 30, full},
		"no cutting":       {[]opKind{opWrite, opTruncate}, 3, full},
		"sync":             {[]opKind{opSync}, 1, broken},
		"syncs":            {[]opKind{opSync, opSyncDir}, 5, broken},
		"removals":         {[]opKind{opRemove, opRename}, 5, broken},
		"anything":         {[]opKind{opWrite, opCreate, opTruncate, opSync, opSyncDir, opRemove, opRename}, 4, broken},
	} {
		for _, interval := range []time.Duration{0, time.Hour} {
			t.Run(fmt.Sprint(name, " ", interval), func(t *testing.T) {
				for first := 1; ; first += 3 {
					r := &refusal{kinds: c.kinds, first: first, last: first + c.run, err: c.err, partly: rand.New(rand.NewPCG(1, uint64(first)))}
					refuse(t, r, interval, first%2 == 0)
					if t.Failed() {
						t.Fatalf("refusing from operation %d on", first)
					}
					if r.n < first {
						break
					}
				}
			})
		}
	}
}

func refuse(t *testing.T, r *refusal, interval time.Duration, kills bool) {
	disk := newSimDisk()
	o := options("spool")
	o.FS, o.SyncInterval = disk, interval
	w := &workload{s: mustOpen(t, o), o: o, disk: disk, r: rand.New(rand.NewPCG(9, 9)), big: 5000, kills: kills}
	disk.refuse = r.ask
	for range 70 {
		w.step(t)
		checkBalanced(t, w.s)
	}
	disk.refuse = nil
	// A kill may undo a fate of which the mark was refused.
	checkAccepted(t, w.s, disk.ops, kills)
	// A killed process: what the marks' refusal left undone is done again.
	disk.locked = false
	s := mustOpen(t, o)
	checkAccepted(t, s, disk.ops, true)
	must(t, s.Close())
}

// checkAccepted: each accepted batch without a fate is there or counted as dropped.
func checkAccepted(t *testing.T, s *Spool, ops []op, reopened bool) {
	t.Helper()
	known, _, attempted := expectations(ops, true)
	have := make(map[uint64]bool)
	for _, n := range append(numbers(t, s, s.Queued()), numbers(t, s, s.Aside())...) {
		if !known[n] && !reopened || !attempted(n) {
			t.Errorf("batch %d should not be there", n)
		}
		have[n] = true
	}
	lost := Count{}
	for n := range known {
		if !have[n] {
			lost = lost.Plus(sumOf(batch(shanghai, n, 0)))
		}
	}
	if dropped := s.Stats().Lifetime.Dropped.Full; lost.Batches > dropped.Batches || !reopened && lost != dropped {
		t.Errorf("%v are missing, %v are counted as dropped", lost, dropped)
	}
	checkBalanced(t, s)
}

// TestAppendErrorSaysWhatToDo shows one full disk and one that may not be written to.
func TestAppendErrorSaysWhatToDo(t *testing.T) {
	disk := newSimDisk()
	o := options("spool")
	o.FS = disk
	s := mustOpen(t, o)
	disk.refuse = func(kind opKind, _ string, _ int) (int, error) {
		if kind == opWrite {
			return 0, errNoSpace
		}
		return 0, nil
	}
	_, err := s.Append(batch(shanghai, 1, 10))
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), `"spool"`) || !strings.Contains(err.Error(), "free some space") {
		t.Errorf("error %v, want what to do", err)
	}
	disk.refuse = nil
	must(t, s.Close())
	disk.refuse = func(opKind, string, int) (int, error) { return 0, syscall.EROFS }
	if _, err := Open(o); err == nil || !strings.Contains(err.Error(), "mount that file system read-write") {
		t.Errorf("error %v, want what to do", err)
	}
}

// TestOpenOnFullDisk: on a disk without room for an octet a spool opens, and what it has is delivered.
func TestOpenOnFullDisk(t *testing.T) {
	disk, o := smallSpool(t)
	disk.refuse = func(kind opKind, _ string, n int) (int, error) {
		if kind == opWrite || kind == opCreate {
			return 0, errNoSpace
		}
		return n, nil
	}
	s := mustOpen(t, o)
	equal(t, []uint64{1, 4, 5}, numbers(t, s, s.Queued()))
	if _, err := s.Append(batch(shanghai, 6, 10)); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("append: %v", err)
	}
	for _, e := range s.Queued() {
		if err := s.Done(e.ID); err != nil && !strings.Contains(err.Error(), "free some space") {
			t.Errorf("done: %v", err)
		}
	}
	equal(t, []Entry{}, s.Queued())
	checkBalanced(t, s)
	must(t, s.Close())
	o.Dir = "another"
	if _, err := Open(o); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "free some space on that disk") {
		t.Errorf("a new spool on a full disk: %v", err)
	}
}
