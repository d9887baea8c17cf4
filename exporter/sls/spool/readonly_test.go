package spool

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// TestReadOnlyEverywhere changes octets all over each file, and cuts it there: who only
// looks sees what an Open that mends it sees, and the disk stays as it was.
func TestReadOnlyEverywhere(t *testing.T) {
	disk, o := smallSpool(t)
	for name, n := range disk.names {
		for at := 0; at < len(n.data); at += 1 + len(n.data)/400 {
			for _, damage := range []func(b []byte) []byte{
				func(b []byte) []byte { b[at] ^= 0x55; return b },
				func(b []byte) []byte { return b[:at] },
			} {
				spoiled := copyOf(disk)
				spoiled.names[name].data = damage(spoiled.names[name].data)
				checkReadOnly(t, spoiled, o)
			}
		}
	}
}

// checkReadOnly compares a look at a disk with the disk after an Open that may write.
func checkReadOnly(t *testing.T, disk *simDisk, o Options) {
	t.Helper()
	before, mended := copyOf(disk), copyOf(disk)
	o.FS, o.ReadOnly = disk, true
	looked, err := Open(o)
	o.FS, o.ReadOnly = mended, false
	opened, openErr := Open(o)
	if err != nil || openErr != nil {
		if err == nil || openErr == nil || err.Error() != openErr.Error() {
			t.Fatalf("a look ends with %v, an Open with %v", err, openErr)
		}
		return
	}
	equal(t, opened.Stats(), looked.Stats())
	equal(t, opened.Queued(), looked.Queued())
	equal(t, opened.Aside(), looked.Aside())
	equal(t, numbers(t, opened, opened.Queued()), numbers(t, looked, looked.Queued()))
	equal(t, opened.Damages(), looked.Damages())
	must(t, looked.Close())
	must(t, opened.Close())
	if len(disk.ops) > 0 || !sameFiles(before, disk) {
		t.Fatalf("the disk was written to, %d times", len(disk.ops))
	}
}

func sameFiles(a, b *simDisk) bool {
	return maps.EqualFunc(a.names, b.names, func(x, y *node) bool { return bytes.Equal(x.data, y.data) })
}

// TestReadOnlyLeftovers: neither what a crash left behind nor what is too old goes.
func TestReadOnlyLeftovers(t *testing.T) {
	disk, o := smallSpool(t)
	for _, name := range []string{"0000000000000007.tmp", "0000000000000008.marks", "0000000000000009.seg"} {
		disk.names[filepath.Join("spool", name)] = &node{}
	}
	delete(disk.names, "spool/totals")
	disk.ops = nil
	checkReadOnly(t, disk, o)
}

func TestReadOnlyChangesNothing(t *testing.T) {
	disk, o := smallSpool(t)
	disk.ops = nil
	o.ReadOnly = true
	s := mustOpen(t, o)
	_, appendErr := s.Append(batch(shanghai, 9, 10))
	_, releaseErr := s.Release(3)
	for name, err := range map[string]error{
		"append": appendErr, "release": releaseErr, "done": s.Done(1), "drop": s.Drop(3), "drop queued": s.Drop(1),
		"set aside": s.SetAside(1, ""), "maintain": s.Maintain(),
	} {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: %v, want ErrReadOnly", name, err)
		}
	}
	disk.names["spool/0000000000000001.seg"].data[100] ^= 1
	if _, err := s.Read(1); !errors.Is(err, ErrDamaged) {
		t.Errorf("read a damaged batch: %v", err)
	}
	equal(t, 3, len(s.Queued()))
	must(t, s.Close())
	if len(disk.ops) > 0 {
		t.Errorf("the disk was written to, %d times", len(disk.ops))
	}
}

// TestReadOnlyMakesNothing: where there is no spool, none is made.
func TestReadOnlyMakesNothing(t *testing.T) {
	o := options(filepath.Join(t.TempDir(), "spool"))
	o.ReadOnly = true
	if _, err := Open(o); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want one that says that it is not there", err)
	}
	if _, err := os.Stat(o.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the directory was made: %v", err)
	}
}

// TestReadOnlyShares: several may look at the same time, and nobody may change anything meanwhile.
func TestReadOnlyShares(t *testing.T) {
	o := options(t.TempDir())
	s := mustOpen(t, o)
	mustAppend(t, s, batch(shanghai, 1, 10))
	look := o
	look.ReadOnly = true
	locked := (*LockedError)(nil)
	if _, err := Open(look); !errors.As(err, &locked) {
		t.Errorf("error %v, want a LockedError", err)
	}
	must(t, s.Close())
	first, second := mustOpen(t, look), mustOpen(t, look)
	if _, err := Open(o); !errors.As(err, &locked) {
		t.Errorf("error %v, want a LockedError", err)
	}
	equal(t, numbers(t, first, first.Queued()), numbers(t, second, second.Queued()))
	must(t, first.Close())
	must(t, second.Close())
	must(t, mustOpen(t, o).Close())
}

func TestExists(t *testing.T) {
	none, made := filepath.Join(t.TempDir(), "none"), t.TempDir()
	must(t, mustOpen(t, options(made)).Close())
	for _, c := range []struct {
		dir  string
		want bool
	}{
		{none, false},
		{made, true},
		{holding(t, "crontabs", "lock", "1.seg"), false},
		{holding(t, "0000000000000001.seg"), true},
		{holding(t, "000000000000002a.aside"), true},
	} {
		if got, err := Exists(c.dir); got != c.want || err != nil {
			t.Errorf("%q exists: %v, error %v; want %v", c.dir, got, err, c.want)
		}
	}
	if _, err := Exists(filepath.Join(made, "totals")); err == nil {
		t.Error("a file is taken for a directory")
	}
}

// holding is a directory with such files.
func holding(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		must(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	return dir
}
