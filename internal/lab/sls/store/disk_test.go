package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"pgregory.net/rapid"
)

// disk is a file that fails on demand, and forgets what was not synced when the power goes.
type disk struct {
	*os.File
	failWrite, failSync, failTruncate bool
	// short is how much of a write that fails comes through.
	short int
	syncs int
}

func (d *disk) WriteAt(b []byte, at int64) (int, error) {
	if d.failWrite {
		n, _ := d.File.WriteAt(b[:min(d.short, len(b))], at)
		return n, syscall.ENOSPC
	}
	return d.File.WriteAt(b, at)
}

func (d *disk) Sync() error {
	d.syncs++
	if d.failSync {
		return syscall.EIO
	}
	return d.File.Sync()
}

func (d *disk) Truncate(size int64) error {
	if d.failTruncate {
		return syscall.EIO
	}
	return d.File.Truncate(size)
}

func onDisk(tb testing.TB, dir string) (*Store, *disk) {
	tb.Helper()
	d := &disk{}
	s, err := open(dir, nil, func(f *os.File) file {
		d.File = f
		return d
	})
	must(tb, err)
	tb.Cleanup(func() { must(tb, s.Close()) })
	return s, d
}

// TestFullDisk fails writes half-way: nothing of them is seen, now or later, and the store goes on.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	s, d := onDisk(t, dir)
	must(t, s.Put(put("p", "l", "one")))
	for d.short = range 40 {
		d.failWrite = true
		if err := s.Put(put("p", "l", "two")); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("got %v", err)
		}
	}
	d.failWrite = false
	must(t, s.Put(put("p", "l", "three")))
	equal(t, "bodies", []string{"one", "three"}, bodies(t, s, "p", "l"))
	must(t, s.Close())
	s = opened(t, dir)
	equal(t, "bodies after opening anew", []string{"one", "three"}, bodies(t, s, "p", "l"))
	equal(t, "damage", 0, len(s.Damage()))
}

// TestDoubt fails what would tell what is on disk: no change is taken from then on.
func TestDoubt(t *testing.T) {
	for name, fail := range map[string]func(*disk){
		"sync":     func(d *disk) { d.failSync = true },
		"truncate": func(d *disk) { d.failWrite, d.failTruncate = true, true },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, d := onDisk(t, dir)
			must(t, s.Put(put("p", "l", "one")))
			fail(d)
			if err := s.Put(put("p", "l", "two")); err == nil {
				t.Fatal("the put was taken")
			}
			d.failSync, d.failWrite, d.failTruncate = false, false, false
			if err := s.Put(put("p", "l", "three")); err == nil {
				t.Fatal("a later put was taken")
			}
			equal(t, "bodies", []string{"one"}, bodies(t, s, "p", "l"))
		})
	}
}

// TestSyncedBeforeDone counts: no put returns without a sync behind it.
func TestSyncedBeforeDone(t *testing.T) {
	s, d := onDisk(t, t.TempDir())
	for i := range 10 {
		before := d.syncs
		must(t, s.Put(put("p", "l", fmt.Sprint(i))))
		if d.syncs == before {
			t.Fatal("the put returned before a sync")
		}
	}
}

// TestPowerCut keeps any prefix of what was written since the last sync: what was acknowledged is there.
func TestPowerCut(t *testing.T) {
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		must := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		dir, err := os.MkdirTemp(root, "power")
		must(err)
		defer func() { _ = os.RemoveAll(dir) }()
		s, err := Open(dir, nil)
		must(err)
		n := rapid.IntRange(1, 20).Draw(t, "acknowledged")
		for i := range n {
			must(s.Put(put("p", "l", fmt.Sprint(i))))
		}
		must(s.Close())
		path := filepath.Join(dir, segmentName(1))
		text, err := os.ReadFile(path)
		must(err)
		// Then a batch that was written and not synced, of which the disk has some, or other bytes.
		next := entry{kind: kindPut, number: uint64(n) + 3, payload: []byte("unfinished")}.append(nil)
		next = next[:rapid.IntRange(0, len(next)-1).Draw(t, "kept")]
		for i := range next {
			if rapid.Bool().Draw(t, "lost") {
				next[i] = 0
			}
		}
		must(os.WriteFile(path, append(text, next...), 0o600))
		s, err = Open(dir, nil)
		must(err)
		l, err := s.Logstore("p", "l")
		must(err)
		if len(l.Groups) != n {
			t.Errorf("%d groups, want %d", len(l.Groups), n)
		}
		must(s.Close())
	})
}
