package spool

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// none keeps nothing of what was not synced.
func none() bool { return false }

// doubtful is a spool that syncs at times, with four batches of two destinations of which one is
// delivered, after a sync that the disk has refused and forgotten.
func doubtful(t *testing.T) (*Spool, Options, *simDisk) {
	disk := newSimDisk()
	o := options("spool")
	o.FS, o.SyncInterval = disk, time.Hour
	s := mustOpen(t, o)
	mustAppend(t, s, batch(shanghai, 1, 100))
	must(t, s.Sync())
	mustAppend(t, s, batch(shanghai, 2, 100))
	must(t, s.Done(mustAppend(t, s, batch(shanghai, 3, 100))))
	mustAppend(t, s, batch(shanghai, 4, 100))
	mustAppend(t, s, batch(qingdao, 5, 100))
	disk.refuse = func(kind opKind, name string, n int) (int, error) {
		if kind == opSync && filepath.Ext(name) == segmentSuffix {
			return 0, syscall.EIO
		}
		return n, nil
	}
	return s, o, disk
}

// TestRescue: what a failed sync left in doubt is written again, under its ID and in its place, before
// any Sync succeeds; then a power cut takes nothing.
func TestRescue(t *testing.T) {
	s, o, disk := doubtful(t)
	before := inLane(s, shanghai)
	for range 3 {
		if s.Sync() == nil {
			t.Error("a sync succeeds that the disk has refused")
		}
		equal(t, []uint64{1, 2, 4}, numbers(t, s, inLane(s, shanghai)))
		checkBalanced(t, s)
	}
	disk.refuse = nil
	must(t, s.Sync())
	equal(t, before, inLane(s, shanghai))
	checkBalanced(t, s)
	cut := o
	cut.FS = after(disk.ops, none, nil)
	c := mustOpen(t, cut)
	equal(t, []uint64{1, 2, 4}, numbers(t, c, inLane(c, shanghai)))
	equal(t, []uint64{5}, numbers(t, c, inLane(c, qingdao)))
	must(t, c.Close())
	for _, e := range s.Queued() {
		must(t, s.Done(e.ID))
	}
	must(t, s.Close())
	for name := range disk.names {
		if filepath.Ext(name) == segmentSuffix {
			t.Errorf("%s is left", name)
		}
	}
}

// TestRescueNeedsNothing: where the batches in doubt have their fate meanwhile, there is nothing to do.
func TestRescueNeedsNothing(t *testing.T) {
	s, _, disk := doubtful(t)
	if s.Sync() == nil {
		t.Error("a sync succeeds that the disk has refused")
	}
	for _, e := range s.Queued() {
		must(t, s.Done(e.ID))
	}
	must(t, s.Sync())
	disk.refuse = nil
	must(t, s.Close())
}

// TestRescueFindsDamage: what the system has forgotten meanwhile is counted, and the rest rescued.
func TestRescueFindsDamage(t *testing.T) {
	s, _, disk := doubtful(t)
	if s.Sync() == nil {
		t.Error("a sync succeeds that the disk has refused")
	}
	second := s.entries[2]
	disk.names[s.pathOf(second)].data[second.at+100] ^= 1
	disk.refuse = nil
	must(t, s.Sync())
	equal(t, []uint64{1, 4}, numbers(t, s, inLane(s, shanghai)))
	equal(t, sumOf(batch(shanghai, 2, 0)), s.Stats().Dropped.Damaged)
	checkBalanced(t, s)
	must(t, s.Close())
}

// TestOpenSyncs: what a killed process has left survives a power cut once the next has opened it.
func TestOpenSyncs(t *testing.T) {
	disk := newSimDisk()
	o := options("spool")
	o.FS, o.SyncInterval = disk, time.Hour
	mustAppend(t, mustOpen(t, o), batch(shanghai, 1, 100))
	disk.locked = false
	s := mustOpen(t, o)
	o.FS = after(disk.ops, none, nil)
	c := mustOpen(t, o)
	equal(t, []uint64{1}, numbers(t, c, c.Queued()))
	must(t, c.Close())
	must(t, s.Close())
}

// TestReadWhileMoved: a batch that is moved while it is read is read from where it has come to be.
func TestReadWhileMoved(t *testing.T) {
	s, _, disk := doubtful(t)
	if s.Sync() == nil {
		t.Error("a sync succeeds that the disk has refused")
	}
	disk.refuse = nil
	moving := &movingDisk{simDisk: disk, move: s}
	s.o.FS = moving
	item, err := s.Read(2)
	must(t, err)
	checkBatch(t, item.Batch)
	if moving.opened < 2 {
		t.Error("it was not moved in between")
	}
	s.o.FS = disk
	must(t, s.Close())
}

// movingDisk lets a spool sync, and so move a batch and remove its file, just before that is opened.
type movingDisk struct {
	*simDisk
	move   *Spool
	opened int
}

func (d *movingDisk) Open(name string) (File, error) {
	if d.opened++; d.opened == 1 {
		d.move.o.FS = d.simDisk
		_ = d.move.Done(1)
		_ = d.move.Sync()
		d.move.o.FS = d
	}
	return d.simDisk.Open(name)
}
