package spool

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// smallSpool is a spool on a simulated disk with a segment of batches 1 to 5, of which 2 is
// delivered, and 3 set aside.
func smallSpool(t testing.TB) (*simDisk, Options) {
	disk := newSimDisk()
	o := options("spool")
	o.FS = disk
	s := mustOpen(t, o)
	var ids []ID
	for n := range uint64(5) {
		ids = append(ids, mustAppend(t, s, batch(shanghai, n+1, 40)))
	}
	must(t, s.Done(ids[1]))
	must(t, s.SetAside(ids[2], "PostBodyInvalid"))
	must(t, s.Close())
	return disk, o
}

// copyOf is a disk with the same files.
func copyOf(d *simDisk) *simDisk {
	c := newSimDisk()
	for name, n := range d.names {
		c.names[name] = &node{number: len(c.nodes), data: slices.Clone(n.data)}
		c.nodes = append(c.nodes, c.names[name])
	}
	return c
}

// span is where an entry is.
type span struct {
	number   uint64
	from, to int64
}

func spansOf(d *simDisk, name string) (out []span) {
	from := int64(0)
	if strings.HasSuffix(name, segmentSuffix) {
		from = segmentHeader
	}
	data := d.names[name].data
	good, _ := scan(bytes.NewReader(data), from, int64(len(data)))
	for _, g := range good {
		out = append(out, span{g.batch.Number, g.at, g.at + int64(g.size)})
	}
	return out
}

// damage is what is done to an octet: some of its bits are flipped, or the file ends before it.
type damage struct {
	mask byte
	cut  bool
}

// damages lists what an octet suffers: each bit and the cut, but one bit in totals, which is mostly zeros.
func damages(name string, off int64) []damage {
	all := []damage{{cut: true}}
	for bit := range 8 {
		if mask := byte(1) << bit; filepath.Base(name) != "totals" || off%8 == int64(bit) {
			all = append(all, damage{mask: mask})
		}
	}
	return all
}

// do damages a file, and says which entries are hit.
func (d damage) do(n *node, off int64) (hit func(span) bool) {
	if d.cut {
		n.truncate(off)
		return func(s span) bool { return s.to > off }
	}
	n.data[off] ^= d.mask
	return func(s span) bool { return off >= s.from && off < s.to }
}

// TestDamageEverywhere flips each bit of each file, and cuts each file at each offset. Whatever is done
// to it: the spool opens, gives out every batch that was not hit, whole, says what is missing, and its
// sums hold; also the second time.
func TestDamageEverywhere(t *testing.T) {
	disk, o := smallSpool(t)
	for name, n := range disk.names {
		spans := spansOf(disk, name)
		for off := range int64(len(n.data)) {
			for _, d := range damages(name, off) {
				damaged := copyOf(disk)
				hit := d.do(damaged.names[name], off)
				o.FS = damaged
				lost := slices.DeleteFunc(slices.Clone(spans), func(s span) bool { return !hit(s) })
				// A cut between two entries of a segment leaves no trace.
				traceless := len(lost) == 0 || d.cut && off == lost[0].from && strings.HasSuffix(name, segmentSuffix)
				checkDamaged(t, o, name, lost, traceless)
				if t.Failed() {
					t.Fatalf("%s: %+v at %d", name, d, off)
				}
			}
		}
	}
}

// checkDamaged opens a spool that was damaged in one file, and checks that all but the lost batches
// are there.
func checkDamaged(t *testing.T, o Options, name string, lost []span, traceless bool) {
	for again := range 2 {
		s := mustOpen(t, o)
		have := append(numbers(t, s, s.Queued()), numbers(t, s, s.Aside())...)
		for _, n := range []uint64{1, 3, 4, 5} {
			isLost := slices.ContainsFunc(lost, func(s span) bool { return s.number == n })
			if slices.Contains(have, n) == isLost && (n != 3 || strings.HasSuffix(name, asideSuffix)) {
				t.Errorf("opened %d times: batches %v, lost %v", again+1, have, lost)
			}
		}
		if !strings.HasSuffix(name, marksSuffix) && slices.Contains(have, 2) {
			t.Errorf("opened %d times: the delivered batch is there again", again+1)
		}
		if st := s.Stats(); !traceless && again == 0 && st.Damages == (DamageCount{}) {
			t.Errorf("nothing is said of %v: %+v", lost, st)
		}
		checkBalanced(t, s)
		must(t, s.Close())
	}
}

// TestKnownDamage: where a header is good its batch counts as dropped, once.
func TestKnownDamage(t *testing.T) {
	disk, o := smallSpool(t)
	name := filepath.Join("spool", "0000000000000001.seg")
	spans := spansOf(disk, name)
	disk.names[name].data[spans[3].to-1] ^= 1
	var log bytes.Buffer
	o.FS, o.Logger = disk, slog.New(slog.NewTextHandler(&log, nil))
	want := sumOf(batch(shanghai, 4, 0))
	for again := range 3 {
		s := mustOpen(t, o)
		st := s.Stats()
		equal(t, want, st.Lifetime.Dropped.Damaged)
		if again == 0 {
			equal(t, want, st.Dropped.Damaged)
			d := s.Damages()
			if len(d) != 1 || d[0].Torn || len(d[0].Items) != 1 || d[0].Items[0].Number != 4 {
				t.Errorf("damages %v", d)
			}
		} else {
			equal(t, Count{}, st.Dropped.Damaged)
		}
		if again == 1 {
			for _, e := range s.Queued() {
				must(t, s.Done(e.ID))
			}
		}
		must(t, s.Close())
	}
	if !strings.Contains(log.String(), "damaged at offset") {
		t.Errorf("the log says nothing of it: %s", log.String())
	}
	if disk.names[name+damagedSuffix] == nil {
		t.Error("the damaged segment is not kept")
	}
}

// TestDamageAfterOpen: what goes bad while the spool is open is found when it is read.
func TestDamageAfterOpen(t *testing.T) {
	disk, o := smallSpool(t)
	s := mustOpen(t, o)
	name := filepath.Join("spool", "0000000000000001.seg")
	spans := spansOf(disk, name)
	disk.names[name].data[spans[0].from+70] ^= 1
	disk.names[filepath.Join("spool", "0000000000000003.aside")].truncate(100)
	first, _ := s.Next(shanghai, 0)
	for _, id := range []ID{first.ID, 3} {
		if _, err := s.Read(id); !errors.Is(err, ErrDamaged) {
			t.Errorf("read batch %d: %v, want ErrDamaged", id, err)
		}
		if _, err := s.Read(id); !errors.Is(err, ErrUnknown) {
			t.Errorf("read batch %d again: %v, want ErrUnknown", id, err)
		}
	}
	disk.names[name].data[spans[3].from+70] ^= 1
	if err := s.SetAside(4, ""); !errors.Is(err, ErrDamaged) {
		t.Errorf("set a damaged batch aside: %v, want ErrDamaged", err)
	}
	equal(t, []uint64{5}, numbers(t, s, s.Queued()))
	equal(t, sumOf(batch(shanghai, 1, 0), batch(shanghai, 3, 0), batch(shanghai, 4, 0)), s.Stats().Dropped.Damaged)
	checkBalanced(t, s)
	must(t, s.Close())
}

// TestReadErrors: a disk that fails for a moment costs nothing; where it goes on failing, the batch counts
// as damaged, and the others don't wait for it.
func TestReadErrors(t *testing.T) {
	disk, o := smallSpool(t)
	c := newClock()
	o.Now = c.Now
	s := mustOpen(t, o)
	broken := func(kind opKind, _ string, n int) (int, error) {
		if kind == opOpen {
			return 0, syscall.EIO
		}
		return n, nil
	}
	for range 2 * minReadErrors {
		disk.refuse = broken
		for name, err := range map[string]error{"read": errOf(s.Read(1)), "set aside": s.SetAside(4, ""), "release": errOf(s.Release(3))} {
			if !errors.Is(err, syscall.EIO) || errors.Is(err, ErrDamaged) {
				t.Errorf("%s: %v, want an error that may pass", name, err)
			}
		}
		disk.refuse = nil
		equal(t, []Count{s.Stats().Queued, s.Stats().Aside}, []Count{sumOf(batch(shanghai, 1, 0), batch(shanghai, 4, 0), batch(shanghai, 5, 0)), sumOf(batch(shanghai, 3, 0))})
	}
	disk.refuse = broken
	c.advance(minReadTrouble)
	if _, err := s.Read(1); !errors.Is(err, ErrDamaged) {
		t.Errorf("read: %v, want ErrDamaged", err)
	}
	disk.refuse = nil
	equal(t, sumOf(batch(shanghai, 1, 0)), s.Stats().Dropped.Damaged)
	equal(t, []uint64{4, 5}, numbers(t, s, s.Queued()))
	checkBalanced(t, s)
	must(t, s.Close())
}

func errOf[T any](_ T, err error) error { return err }

// TestMuchDamage is counted all, and said until it is enough.
func TestMuchDamage(t *testing.T) {
	disk := newSimDisk()
	o := options("spool")
	o.FS, o.MaxBytes = disk, 1<<20
	s := mustOpen(t, o)
	for n := range uint64(600) {
		mustAppend(t, s, batch(shanghai, n, 10))
	}
	must(t, s.Close())
	for name, n := range disk.names {
		for _, span := range spansOf(disk, name) {
			if span.number%2 == 1 {
				n.data[span.to-1] ^= 1
			}
		}
	}
	var log bytes.Buffer
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	s = mustOpen(t, o)
	equal(t, 300, int(s.Stats().Damages.Pieces))
	equal(t, maxDamages, len(s.Damages()))
	equal(t, maxDamages+1, strings.Count(log.String(), "\n"))
	equal(t, 300, len(s.Queued()))
	checkBalanced(t, s)
	must(t, s.Close())
}

// TestKeptDamage: only the newest two damaged files stay.
func TestKeptDamage(t *testing.T) {
	o := options(t.TempDir())
	for range 5 {
		s := mustOpen(t, o)
		id := mustAppend(t, s, batch(shanghai, 1, 500))
		mustAppend(t, s, batch(shanghai, 2, 500))
		must(t, s.Close())
		names, _ := filepath.Glob(filepath.Join(o.Dir, "*"+segmentSuffix))
		data, err := os.ReadFile(names[0])
		must(t, err)
		data[300] ^= 1
		must(t, os.WriteFile(names[0], data, 0o600))
		s = mustOpen(t, o)
		must(t, s.Done(id+1))
		checkBalanced(t, s)
		must(t, s.Close())
	}
	names, _ := filepath.Glob(filepath.Join(o.Dir, "*"+damagedSuffix))
	equal(t, maxKept, len(names))
}

// TestCopiedSegment: two files that claim the same IDs are both given out.
func TestCopiedSegment(t *testing.T) {
	disk, o := smallSpool(t)
	data := disk.names[filepath.Join("spool", "0000000000000001.seg")].data
	disk.names[filepath.Join("spool", "0000000000000009.seg")] = &node{data: slices.Clone(data)}
	s := mustOpen(t, o)
	have := numbers(t, s, s.Queued())
	slices.Sort(have)
	equal(t, []uint64{1, 1, 2, 4, 4, 5, 5}, have)
	for _, e := range s.Queued() {
		must(t, s.Done(e.ID))
	}
	must(t, s.Close())
	s = mustOpen(t, o)
	equal(t, []Entry{}, s.Queued())
	must(t, s.Close())
}

func TestOtherVersion(t *testing.T) {
	disk, o := smallSpool(t)
	name := filepath.Join("spool", "0000000000000001.seg")
	header := appendSegmentHeader(nil)
	header[8] = 2
	copy(disk.names[name].data, reseal(header))
	checkVersion(t, o, name)
	disk, o = smallSpool(t)
	totals := filepath.Join("spool", "totals")
	disk.names[totals].data = appendSlot(nil, 99, []byte(`{"version":2}`))
	checkVersion(t, o, totals)
}

func checkVersion(t *testing.T, o Options, path string) {
	t.Helper()
	_, err := Open(o)
	var v *VersionError
	if !errors.As(err, &v) || v.Path != path || v.Version != 2 || !strings.Contains(err.Error(), "move the directory away") {
		t.Errorf("error %v, want a VersionError for version 2 of %q", err, path)
	}
	if o.FS.(*simDisk).locked {
		t.Error("the lock is still held")
	}
}
