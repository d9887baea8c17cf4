package spool

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLeftovers: what a crash leaves behind goes, and what is not the spool's stays.
func TestLeftovers(t *testing.T) {
	disk, o := smallSpool(t)
	for _, name := range []string{"0000000000000007.tmp", "0000000000000008.marks", "notes.txt", "1.seg", "backup.tar"} {
		disk.names[filepath.Join("spool", name)] = &node{data: []byte("octets")}
	}
	s := mustOpen(t, o)
	equal(t, []uint64{1, 4, 5}, numbers(t, s, s.Queued()))
	equal(t, DamageCount{}, s.Stats().Damages)
	must(t, s.Close())
	var names []string
	for name := range disk.names {
		names = append(names, filepath.Base(name))
	}
	slices.Sort(names)
	equal(t, []string{
		"0000000000000001.marks", "0000000000000001.seg", "0000000000000003.aside", "1.seg", "backup.tar", "notes.txt", "totals",
	}, names)
}

// TestRemovalUnderWay: a file that the totals hold counts no more, and goes.
func TestRemovalUnderWay(t *testing.T) {
	disk, o := smallSpool(t)
	f, totals, _, err := openTotals(disk, "spool/totals")
	must(t, err)
	totals.Removed = []string{"0000000000000001.seg"}
	totals.NextSegment, totals.NextID = 2, 6
	totals.Dropped.Full = sumOf(batch(shanghai, 1, 0))
	must(t, f.write(totals))
	s := mustOpen(t, o)
	equal(t, []Entry{}, s.Queued())
	equal(t, []uint64{3}, numbers(t, s, s.Aside()))
	equal(t, totals.Fates, s.Stats().Lifetime)
	mustAppend(t, s, batch(shanghai, 6, 10))
	must(t, s.Close())
	s = mustOpen(t, o)
	equal(t, []uint64{6}, numbers(t, s, s.Queued()))
	must(t, s.Close())
}

// TestLostTotals are said, and nothing else is lost with them.
func TestLostTotals(t *testing.T) {
	disk, o := smallSpool(t)
	var log bytes.Buffer
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	disk.names["spool/totals"].data = nil
	s := mustOpen(t, o)
	equal(t, []uint64{1, 4, 5}, numbers(t, s, s.Queued()))
	must(t, s.Close())
	must(t, mustOpen(t, o).Close())
	if n := strings.Count(log.String(), "totals are lost"); n != 1 {
		t.Errorf("the log says it %d times, want once: %s", n, log.String())
	}
}

// TestInterruptedMoves: whichever step of setting aside and releasing was the last, the batch is
// there once.
func TestInterruptedMoves(t *testing.T) {
	for last := range 30 {
		disk, o := smallSpool(t)
		s := mustOpen(t, o)
		disk.refuse = stopAfter(last)
		_ = s.SetAside(4, "refused")
		_, _ = s.Release(4)
		_, _ = s.Release(3)
		disk.refuse, disk.locked = nil, false
		s = mustOpen(t, o)
		all := append(numbers(t, s, s.Queued()), numbers(t, s, s.Aside())...)
		slices.Sort(all)
		equal(t, []uint64{1, 3, 4, 5}, all)
		must(t, s.Close())
	}
}

// stopAfter is a disk that does nothing more after so many operations.
func stopAfter(last int) func(opKind, string, int) (int, error) {
	done := 0
	return func(_ opKind, _ string, n int) (int, error) {
		if done++; done > last {
			return 0, errNoSpace
		}
		return n, nil
	}
}
