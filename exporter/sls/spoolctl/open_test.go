package spoolctl

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// snapshot is all that is in a directory, but the lock.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() == "lock" || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[path] = string(text)
		return err
	}))
	return files
}

// TestLooking: who only looks changes nothing on disk, whatever is there, and can't.
func TestLooking(t *testing.T) {
	state := fill(t, 6, 2)
	spoilSegment(t, state, 1)
	must(t, os.WriteFile(filepath.Join(Directory(state), "0000000000000009.tmp"), nil, 0o600))
	before := snapshot(t, state)
	c := open(t, state, false)
	equal(t, []spool.ID{1, 2, 3, 4, 6}, idsOf(collect(t, all, c.List)))
	equal(t, 5, len(collect(t, all, c.Read)))
	for _, operation := range []func(context.Context, Selection, func(Outcome) error) error{c.Retry, c.Drop} {
		if err := operation(t.Context(), aside, nil); !errors.Is(err, spool.ErrReadOnly) {
			t.Errorf("error %v, want ErrReadOnly", err)
		}
	}
	another := open(t, state, false)
	equal(t, 5, len(collect(t, all, another.List)))
	must(t, errors.Join(c.Close(), another.Close()))
	equal(t, before, snapshot(t, state))
}

// TestNothingIsDropped: whatever bounds and ages the device has, a change elsewhere drops nothing.
func TestNothingIsDropped(t *testing.T) {
	state := t.TempDir()
	o := unbounded(spool.Options{Dir: Directory(state), SyncInterval: time.Hour, MinFree: 0.9})
	if o.MinFree >= 0 || o.MaxBytes <= spool.DefaultMaxBytes || o.MaxBatches <= spool.DefaultMaxBatches {
		t.Errorf("bounds that drop batches: %+v", o)
	}
	s, err := spool.Open(o)
	must(t, err)
	old := batch(2)
	old.Created = made.AddDate(-20, 0, 0)
	for range 5 {
		_, err := s.Append(old)
		must(t, err)
	}
	must(t, s.SetAside(5, "refused"))
	must(t, s.SetAside(4, "refused"))
	must(t, s.Close())
	c := open(t, state, true)
	equal(t, 1, len(collect(t, ids(5), c.Retry)))
	equal(t, 5, len(collect(t, all, c.List)))
}

func TestOpenErrors(t *testing.T) {
	empty, foreign := t.TempDir(), t.TempDir()
	must(t, os.Mkdir(Directory(foreign), 0o755))
	must(t, os.WriteFile(filepath.Join(Directory(foreign), "mail.tmp"), nil, 0o600))
	file := t.TempDir()
	must(t, os.WriteFile(Directory(file), nil, 0o600))
	for _, change := range []bool{false, true} {
		for state, want := range map[string]string{
			empty:                        "there is no spool in",
			foreign:                      "there is no spool in",
			filepath.Join(empty, "none"): "there is no spool in",
			file:                         "not a directory",
			strings.Repeat("long", 2000): "file name too long",
		} {
			_, err := Open(t.Context(), OpenOptions{StateDirectory: state, Change: change})
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want one with %q", err, want)
			}
		}
	}
	for _, dir := range []string{empty, foreign} {
		names, err := os.ReadDir(dir)
		must(t, err)
		if dir == empty && len(names) > 0 {
			t.Errorf("%q was made", names)
		}
	}
	info, err := os.Stat(Directory(foreign))
	must(t, err)
	names, err := os.ReadDir(Directory(foreign))
	must(t, err)
	if info.Mode().Perm() != 0o755 || len(names) != 1 {
		t.Errorf("another's directory has mode %v and %d files now", info.Mode(), len(names))
	}
}

// TestOtherVersion: a spool of another program is left alone, and the error says what to do.
func TestOtherVersion(t *testing.T) {
	state := fill(t, 1)
	header := append([]byte("SAGSPOOL"), 2, 0, 0, 0)
	header = binary.LittleEndian.AppendUint32(header, crc32.Checksum(header, crc32.MakeTable(crc32.Castagnoli)))
	must(t, os.WriteFile(filepath.Join(Directory(state), "0000000000000001.seg"), header, 0o600))
	before := snapshot(t, state)
	for _, change := range []bool{false, true} {
		_, err := Open(t.Context(), OpenOptions{StateDirectory: state, Change: change})
		other := (*spool.VersionError)(nil)
		if !errors.As(err, &other) || other.Version != 2 {
			t.Errorf("error %v, want a VersionError", err)
		}
	}
	equal(t, before, snapshot(t, state))
}

// TestBusy: a spool that is locked by a process that doesn't answer.
func TestBusy(t *testing.T) {
	state := fill(t, 1)
	s := openSpool(t, state)
	for _, stale := range []bool{false, true} {
		if stale {
			l, _, err := listen(Socket(state))
			must(t, err)
			must(t, l.Close())
		}
		_, err := Open(t.Context(), OpenOptions{StateDirectory: state, Wait: time.Nanosecond})
		busy := (*BusyError)(nil)
		if !errors.As(err, &busy) || !strings.Contains(err.Error(), "if it is a device") {
			t.Errorf("error %v, want a BusyError", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, OpenOptions{StateDirectory: state, Wait: time.Hour}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	must(t, s.Close())
}

// TestBusyForAMoment: a device that is about to serve, or to end, is waited for.
func TestBusyForAMoment(t *testing.T) {
	state := fill(t, 2)
	s := openSpool(t, state)
	opened := make(chan error, 1)
	go func() {
		c, err := Open(t.Context(), OpenOptions{StateDirectory: state, Wait: time.Minute})
		if err == nil {
			err = c.Close()
		}
		opened <- err
	}()
	d := &device{}
	d.serve(t, state, s)
	must(t, <-opened)
	must(t, d.stop())
	go func() {
		_, err := Open(t.Context(), OpenOptions{StateDirectory: state, Wait: time.Minute})
		opened <- err
	}()
	must(t, s.Close())
	must(t, <-opened)
}

// TestLongPath: a state directory so deep that its socket fits no address.
func TestLongPath(t *testing.T) {
	state := filepath.Join(t.TempDir(), strings.Repeat("d", 100), strings.Repeat("e", 100))
	must(t, os.MkdirAll(filepath.Dir(state), 0o700))
	must(t, os.Rename(fill(t, 3), state))
	server, err := NewServer(Options{StateDirectory: state, Spool: new(spool.Spool)})
	must(t, err)
	if err := server.Open(); err != nil {
		if _, _, short := shorten(Socket(state)); short == nil || !strings.Contains(err.Error(), "use a state directory with a shorter path") {
			t.Error(err)
		}
		return
	}
	must(t, errors.Join(server.listener.Close(), server.address.remove()))
	start(t, state)
	equal(t, 3, len(collect(t, all, open(t, state, false).List)))
}
