package spool

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// logged is a spool on a simulated disk whose clock moves and whose log is kept.
func logged(t *testing.T) (*Spool, *clock, *simDisk, *bytes.Buffer) {
	c, disk, log := newClock(), newSimDisk(), &bytes.Buffer{}
	o := options("spool")
	o.FS, o.Now, o.Logger = disk, c.Now, slog.New(slog.NewTextHandler(log, nil))
	return mustOpen(t, o), c, disk, log
}

// TestMaxAge: a batch goes when it is older than it may be, not before, from where it is.
func TestMaxAge(t *testing.T) {
	s, c, _, log := logged(t)
	first := mustAppend(t, s, batch(shanghai, 1, 10))
	must(t, s.SetAside(first, "refused"))
	mustAppend(t, s, batch(shanghai, 2, 10))
	c.advance(time.Hour)
	later := batch(shanghai, 3, 10)
	later.Created = c.now
	mustAppend(t, s, later)
	for _, step := range []struct {
		advance       time.Duration
		queued, aside int
	}{
		{DefaultMaxAge - time.Hour, 2, 1},
		{2 * time.Minute, 1, 1},
		{time.Hour, 0, 1},
		{DefaultAsideMaxAge - DefaultMaxAge - time.Hour - 2*time.Minute, 0, 1},
		{2 * time.Minute, 0, 0},
	} {
		c.advance(step.advance)
		must(t, s.Maintain())
		equal(t, []int{step.queued, step.aside}, []int{len(s.Queued()), len(s.Aside())})
		checkBalanced(t, s)
	}
	equal(t, uint64(3), s.Stats().Lifetime.Dropped.TooOld.Batches)
	if n := strings.Count(log.String(), "too long"); n != 3 {
		t.Errorf("said %d times, want 3:\n%s", n, log)
	}
	must(t, s.Close())
}

// TestClockGoesBack: what seems to come from the future is not too old.
func TestClockGoesBack(t *testing.T) {
	s, c, _, _ := logged(t)
	mustAppend(t, s, batch(shanghai, 1, 10))
	c.advance(-1000 * time.Hour)
	must(t, s.Maintain())
	equal(t, 1, len(s.Queued()))
	equal(t, 0, s.Stats().OldestAge)
	must(t, s.Close())
}

// TestEmptySegmentGoes: where nothing more comes, what was delivered leaves no file behind.
func TestEmptySegmentGoes(t *testing.T) {
	s, c, disk, _ := logged(t)
	must(t, s.Done(mustAppend(t, s, batch(shanghai, 1, 10))))
	c.advance(2 * time.Minute)
	must(t, s.Maintain())
	for name := range disk.names {
		if strings.HasSuffix(name, segmentSuffix) || strings.HasSuffix(name, marksSuffix) {
			t.Errorf("%s is still there", name)
		}
	}
	must(t, s.Close())
}

// TestUncountedDropsStay: what was dropped is counted before its file goes, however long the disk refuses.
func TestUncountedDropsStay(t *testing.T) {
	s, c, disk, _ := logged(t)
	mustAppend(t, s, batch(shanghai, 1, 10))
	disk.refuse = func(kind opKind, _ string, n int) (int, error) {
		if kind == opWrite || kind == opCreate {
			return 0, errNoSpace
		}
		return n, nil
	}
	for range 3 {
		c.advance(DefaultMaxAge + time.Hour)
		must(t, s.Maintain())
		equal(t, sumOf(batch(shanghai, 1, 0)), s.Stats().Dropped.TooOld)
		checkBalanced(t, s)
		o := s.o
		o.FS, o.Now = copyOf(disk), newClock().Now
		killed := mustOpen(t, o)
		equal(t, []uint64{1}, numbers(t, killed, killed.Queued()))
	}
	disk.refuse = nil
	c.advance(2 * time.Minute)
	must(t, s.Maintain())
	disk.locked = false
	again := mustOpen(t, s.o)
	equal(t, sumOf(batch(shanghai, 1, 0)), again.Stats().Lifetime.Dropped.TooOld)
	equal(t, []Entry{}, again.Queued())
	must(t, again.Close())
}

// TestFullIsSaidOnceAMinute: a full spool doesn't fill the log too.
func TestFullIsSaidOnceAMinute(t *testing.T) {
	s, c, _, log := logged(t)
	for range 3 {
		for n := range uint64(60) {
			mustAppend(t, s, batch(shanghai, n, 3000))
		}
		c.advance(time.Minute)
	}
	if n := strings.Count(log.String(), "drops its oldest"); n != 3 {
		t.Errorf("said %d times, want 3:\n%s", n, log)
	}
	must(t, s.Close())
}

// TestDiskErrorsAreSaid at the 1st, 2nd, 4th, … only, and counted all.
func TestDiskErrorsAreSaid(t *testing.T) {
	s, _, disk, log := logged(t)
	for n := range uint64(10) {
		mustAppend(t, s, batch(shanghai, n, 10))
	}
	disk.refuse = func(opKind, string, int) (int, error) { return 0, errNoSpace }
	for id := range ID(10) {
		if err := s.Done(id + 1); err == nil {
			t.Error("the mark can't have been written")
		}
	}
	equal(t, uint64(10), s.Stats().DiskErrors)
	if n := strings.Count(log.String(), "refused to mark a batch"); n != 4 {
		t.Errorf("said %d times, want 4:\n%s", n, log)
	}
	disk.refuse = nil
	must(t, s.Close())
}

// TestMaxBatches bounds the index.
func TestMaxBatches(t *testing.T) {
	o := options("spool")
	o.FS, o.MaxBatches = newSimDisk(), 100
	s := mustOpen(t, o)
	for n := range uint64(300) {
		mustAppend(t, s, batch(shanghai, n, 0))
		if q := len(s.Queued()); q > 100 {
			t.Fatalf("%d batches", q)
		}
	}
	checkBalanced(t, s)
	must(t, s.Close())
}
