package spool

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestUnreadAtOpen: what the disk fails to read while the spool is opened is not taken for damage. It
// stays, and the next Open finds it.
func TestUnreadAtOpen(t *testing.T) {
	for name, suffixes := range map[string][]string{
		"segments": {segmentSuffix}, "set aside": {asideSuffix}, "marks": {marksSuffix}, "totals": {"totals"},
		"all": {segmentSuffix, asideSuffix, marksSuffix, "totals"},
	} {
		t.Run(name, func(t *testing.T) {
			disk, o := smallSpool(t)
			var log bytes.Buffer
			o.Logger = slog.New(slog.NewTextHandler(&log, nil))
			disk.broken = func(name string, _, _ int64) bool {
				return slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(name, suffix) })
			}
			s := mustOpen(t, o)
			checkBalanced(t, s)
			must(t, s.Maintain())
			must(t, s.Close())
			disk.broken = nil
			s = mustOpen(t, o)
			have := append(numbers(t, s, s.Queued()), numbers(t, s, s.Aside())...)
			slices.Sort(have)
			// Without its mark, the one that was delivered may be there again.
			equal(t, []uint64{1, 3, 4, 5}, slices.DeleteFunc(have, func(n uint64) bool { return n == 2 }))
			equal(t, Drops{}, s.Stats().Lifetime.Dropped)
			checkBalanced(t, s)
			must(t, s.Close())
			if suffixes[0] == segmentSuffix && !strings.Contains(log.String(), "unreadable at offset") {
				t.Errorf("the log says nothing of it: %s", log.String())
			}
		})
	}
}

// TestUnreadTotals: totals that could not be read don't come back, with files to be removed that are others
// by then.
func TestUnreadTotals(t *testing.T) {
	disk, o := smallSpool(t)
	f, old, _, err := openTotals(disk, "spool/totals")
	must(t, err)
	for range 9 {
		old.Removed, old.NextSegment = []string{"0000000000000002.seg"}, 3
		must(t, f.write(old))
	}
	disk.broken = func(name string, _, _ int64) bool { return name == "totals" }
	s := mustOpen(t, o)
	disk.broken = nil
	mustAppend(t, s, batch(shanghai, 6, 10))
	must(t, s.Close())
	if disk.names["spool/0000000000000002.seg"] == nil {
		t.Fatal("the test needs the number to be used again")
	}
	s = mustOpen(t, o)
	equal(t, []uint64{1, 4, 5, 6}, numbers(t, s, s.Queued()))
	must(t, s.Close())
}

// TestBadSectorStays: of a segment with a bad sector all else is delivered. The file stays until its room is
// needed, and each Open tries again.
func TestBadSectorStays(t *testing.T) {
	disk := newSimDisk()
	o := options("spool")
	o.FS = disk
	s := mustOpen(t, o)
	for n := range uint64(5) {
		mustAppend(t, s, batch(shanghai, n, 1000))
	}
	must(t, s.Close())
	name := "0000000000000001.seg"
	hit := spansOf(disk, filepath.Join("spool", name))[2]
	disk.broken = func(file string, from, to int64) bool { return file == name && from < hit.from+100 && to > hit.from+90 }
	for range 3 {
		s = mustOpen(t, o)
		for _, e := range s.Queued() {
			item, err := s.Read(e.ID)
			if err != nil || item.Number == hit.number {
				t.Fatalf("batch %d: %v", item.Number, err)
			}
			must(t, s.Done(e.ID))
		}
		if d := s.Damages(); len(d) != 1 || !d[0].Unread || d[0].Torn {
			t.Errorf("damages %v, want one piece that can't be read", d)
		}
		equal(t, Count{}, s.Stats().Dropped.Total())
		checkBalanced(t, s)
		must(t, s.Close())
	}
	disk.broken = nil
	s = mustOpen(t, o)
	if have := numbers(t, s, s.Queued()); !slices.Contains(have, hit.number) {
		t.Errorf("batches %v, want the one that can be read again", have)
	}
	must(t, s.Close())
	disk.broken = func(file string, _, _ int64) bool { return file == name }
	few := o
	few.MaxBatches = 2
	s = mustOpen(t, few)
	for n := range uint64(10) {
		mustAppend(t, s, batch(shanghai, n, 10))
	}
	if disk.names[filepath.Join("spool", name)] == nil {
		t.Error("the file goes where that makes no room")
	}
	must(t, s.Close())
	s = mustOpen(t, o)
	for n := range uint64(100) {
		mustAppend(t, s, batch(shanghai, n, 3000))
	}
	if disk.names[filepath.Join("spool", name)] != nil {
		t.Error("the file stays though its room is needed")
	}
	checkBalanced(t, s)
	must(t, s.Close())
}
