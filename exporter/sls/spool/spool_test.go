package spool

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestAppendAndRead(t *testing.T) {
	o := options(filepath.Join(t.TempDir(), "state", "spool"))
	s := mustOpen(t, o)
	for n := range uint64(20) {
		d := shanghai
		if n%3 == 0 {
			d = qingdao
		}
		mustAppend(t, s, batch(d, n, 1000))
	}
	check := func() {
		equal(t, []uint64{0, 3, 6, 9, 12, 15, 18}, numbers(t, s, inLane(s, qingdao)))
		equal(t, []uint64{1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19}, numbers(t, s, inLane(s, shanghai)))
		equal(t, []Destination{qingdao, shanghai}, s.Destinations())
		checkBalanced(t, s)
	}
	check()
	must(t, s.Close())
	must(t, s.Close())
	s = mustOpen(t, o)
	check()
	st := s.Stats()
	equal(t, st.Queued, st.Recovered)
	equal(t, uint64(20), st.Queued.Batches)
	must(t, s.Close())
}

// TestPermissions: nobody else reads what the flows are.
func TestPermissions(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o755))
	s := mustOpen(t, options(dir))
	id := mustAppend(t, s, batch(shanghai, 1, 100))
	must(t, s.Done(mustAppend(t, s, batch(shanghai, 2, 100))))
	must(t, s.SetAside(id, "refused"))
	must(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		info, _ := e.Info()
		if want := map[bool]os.FileMode{true: 0o700, false: 0o600}[e.IsDir()]; info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", e.Name(), info.Mode().Perm(), want)
		}
		return err
	}))
	must(t, s.Close())
}

// TestDelivery: what is done is not there again, and its space comes back.
func TestDelivery(t *testing.T) {
	o := options(t.TempDir())
	s := mustOpen(t, o)
	for n := range uint64(30) {
		mustAppend(t, s, batch(shanghai, n, 1500))
	}
	for _, e := range inLane(s, shanghai)[:25] {
		must(t, s.Done(e.ID))
	}
	if err := s.Done(1); !errors.Is(err, ErrUnknown) {
		t.Errorf("second Done: %v, want ErrUnknown", err)
	}
	for range 2 {
		equal(t, []uint64{25, 26, 27, 28, 29}, numbers(t, s, inLane(s, shanghai)))
		if b := s.Stats().Bytes; b > 8192+2*8192+25*markSize {
			t.Errorf("%d octets with five batches left", b)
		}
		equal(t, uint64(25), s.Stats().Lifetime.Delivered.Batches)
		checkBalanced(t, s)
		must(t, s.Close())
		s = mustOpen(t, o)
	}
	for _, e := range inLane(s, shanghai) {
		must(t, s.Done(e.ID))
	}
	must(t, s.Close())
	names, _ := filepath.Glob(filepath.Join(o.Dir, "0*"))
	equal(t, nil, names)
}

// TestIDsStayUnique: an ID or a file's number that was used is not used again, also when nothing
// of its time is left.
func TestIDsStayUnique(t *testing.T) {
	o := options(t.TempDir())
	last := ID(0)
	for range 4 {
		s := mustOpen(t, o)
		id := mustAppend(t, s, batch(shanghai, 1, 10))
		if id <= last {
			t.Errorf("ID %d after %d", id, last)
		}
		last = id
		must(t, s.Done(id))
		must(t, s.Close())
	}
}

func TestSetAsideAndRelease(t *testing.T) {
	o := options(t.TempDir())
	s := mustOpen(t, o)
	var ids []ID
	for n := range uint64(4) {
		ids = append(ids, mustAppend(t, s, batch(shanghai, n, 500)))
	}
	reason := strings.Repeat("PostBodyInvalid ", 1000)
	must(t, s.SetAside(ids[1], reason))
	must(t, s.SetAside(ids[2], ""))
	for range 2 {
		equal(t, []uint64{0, 3}, numbers(t, s, s.Queued()))
		equal(t, []uint64{1, 2}, numbers(t, s, s.Aside()))
		item, err := s.Describe(ids[1])
		must(t, err)
		equal(t, reason[:maxReason], item.Reason)
		if item.AsideAt.IsZero() || item.Payload != nil {
			t.Errorf("set aside at %v with %d octets described", item.AsideAt, len(item.Payload))
		}
		checkBalanced(t, s)
		must(t, s.Close())
		s = mustOpen(t, o)
	}
	again, err := s.Release(ids[1])
	must(t, err)
	must(t, s.Drop(ids[2]))
	if again <= ids[3] {
		t.Errorf("released as %d, want an ID behind all others", again)
	}
	for range 2 {
		equal(t, []uint64{0, 3, 1}, numbers(t, s, s.Queued()))
		equal(t, []Entry{}, s.Aside())
		equal(t, sumOf(batch(shanghai, 2, 0)), s.Stats().Lifetime.Dropped.Operator)
		checkBalanced(t, s)
		must(t, s.Close())
		s = mustOpen(t, o)
	}
	must(t, s.Drop(ids[0]))
	equal(t, []uint64{3, 1}, numbers(t, s, s.Queued()))
	must(t, s.Close())
}

func TestUnknown(t *testing.T) {
	s := mustOpen(t, options(t.TempDir()))
	_, readErr := s.Read(9)
	_, releaseErr := s.Release(9)
	for name, err := range map[string]error{
		"done": s.Done(9), "drop": s.Drop(9), "set aside": s.SetAside(9, ""), "read": readErr, "release": releaseErr,
	} {
		if !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), "batch 9") {
			t.Errorf("%s: %v, want ErrUnknown for batch 9", name, err)
		}
	}
	must(t, s.Close())
	_, readErr = s.Read(9)
	_, releaseErr = s.Release(9)
	_, appendErr := s.Append(batch(shanghai, 1, 1))
	for name, err := range map[string]error{
		"done": s.Done(9), "drop": s.Drop(9), "set aside": s.SetAside(9, ""), "read": readErr, "release": releaseErr,
		"append": appendErr, "sync": s.Sync(), "maintain": s.Maintain(),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v, want ErrClosed", name, err)
		}
	}
}

func TestCompress(t *testing.T) {
	s := mustOpen(t, options(t.TempDir()))
	raw := []byte(strings.Repeat("a log group has much in it that comes again ", 500))
	id := mustAppend(t, s, Batch{Destination: shanghai, Payload: raw})
	item, err := s.Read(id)
	must(t, err)
	if item.Compression != CompressionZstd || item.RawSize != len(raw) || len(item.Payload) > len(raw)/10 {
		t.Errorf("compression %q, raw size %d, %d octets", item.Compression, item.RawSize, len(item.Payload))
	}
	got, err := item.Raw()
	must(t, err)
	equal(t, string(raw), string(got))
	none := Batch{Payload: raw}
	got, err = none.Raw()
	must(t, err)
	equal(t, len(raw), len(got))
	for want, b := range map[string]Batch{
		`compression "lz4"`: {Compression: "lz4"},
		"octets, want 7":    {Compression: CompressionZstd, RawSize: 7, Payload: item.Payload},
		"raw size -1":       {Compression: CompressionZstd, RawSize: -1},
		"decompress batch":  {Compression: CompressionZstd, Payload: []byte("no zstd")},
	} {
		if _, err := b.Raw(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	must(t, s.Close())
}

func TestBatchErrors(t *testing.T) {
	s := mustOpen(t, options(t.TempDir()))
	long := strings.Repeat("x", 1025)
	for want, b := range map[string]Batch{
		"region of 1025 octets":   {Destination: Destination{Region: long}},
		"boot of 1025 octets":     {Boot: long},
		"payload of 16777217":     {Payload: make([]byte, maxPayload+1)},
		"raw size -1":             {RawSize: -1},
		"no room in the spool":    {Payload: make([]byte, 70000), Compression: "lz4"},
		"compression of 1025 oct": {Compression: long},
	} {
		if _, err := s.Append(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	checkBalanced(t, s)
	must(t, s.Close())
}

func TestOptionErrors(t *testing.T) {
	for want, o := range map[string]Options{
		`directory "": want a path`: {},
		"spool of 65535 octets":     {Dir: "x", MaxBytes: 65535},
		"-1s":                       {Dir: "x", MaxAge: -time.Second},
		"share 1 of the disk":       {Dir: "x", MinFree: 1},
	} {
		if _, err := Open(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

// TestThousands: of many batches not one is missing, in the process that appended it or the next.
func TestThousands(t *testing.T) {
	disk := newSimDisk()
	o := options("spool")
	o.FS, o.MaxBytes = disk, 4<<20
	s := mustOpen(t, o)
	want := []uint64{}
	for n := range uint64(5000) {
		mustAppend(t, s, batch(shanghai, n, int(n%97)))
		want = append(want, n)
		if n%1000 == 499 {
			must(t, s.Close())
			s = mustOpen(t, o)
		}
	}
	equal(t, want, numbers(t, s, inLane(s, shanghai)))
	must(t, s.Close())
}

// TestManyDestinations: only so many files are open, and no destination loses anything by that.
func TestManyDestinations(t *testing.T) {
	o := options(t.TempDir())
	o.MaxBytes = 1 << 20
	s := mustOpen(t, o)
	for n := range uint64(60) {
		d := shanghai
		d.Logstore = string(rune('a' + n%20))
		mustAppend(t, s, batch(d, n, 100))
		if len(s.active) > maxActive {
			t.Fatalf("%d segments are open", len(s.active))
		}
	}
	must(t, s.Close())
	s = mustOpen(t, o)
	for i, d := range s.Destinations() {
		n := uint64(i)
		equal(t, []uint64{n, n + 20, n + 40}, numbers(t, s, inLane(s, d)))
	}
	must(t, s.Close())
}

// TestRun syncs by its interval, and ends with its context.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := newSimDisk()
		s := mustOpen(t, Options{Dir: "spool", FS: disk, SyncInterval: 5 * time.Second, MaxAge: time.Hour})
		ctx, cancel := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		wg.Go(func() { must(t, s.Run(ctx)) })
		b := batch(shanghai, 1, 10)
		b.Created = time.Time{}
		mustAppend(t, s, b)
		syncs := func() (n int) {
			disk.mu.Lock()
			defer disk.mu.Unlock()
			for _, o := range disk.ops {
				if o.kind == opSync && o.node == 1 {
					n++
				}
			}
			return n
		}
		time.Sleep(4 * time.Second)
		before := syncs()
		time.Sleep(2 * time.Second)
		equal(t, []int{0, 1}, []int{before, syncs()})
		time.Sleep(time.Hour + 10*time.Minute)
		equal(t, uint64(1), s.Stats().Dropped.TooOld.Batches)
		cancel()
		wg.Wait()
		must(t, s.Close())
	})
}

// TestConcurrentUse is for the race detector.
func TestConcurrentUse(t *testing.T) {
	o := options(t.TempDir())
	o.MaxBytes, o.SyncInterval = 8<<20, time.Hour
	s := mustOpen(t, o)
	var wg sync.WaitGroup
	for _, d := range []Destination{shanghai, qingdao} {
		wg.Go(func() {
			for n := range uint64(200) {
				mustAppend(t, s, batch(d, n, 300))
			}
		})
		wg.Go(func() {
			for delivered, after := 0, ID(0); delivered < 200; {
				e, ok := s.Next(d, after)
				if !ok {
					_ = s.Stats()
					continue
				}
				item, err := s.Read(e.ID)
				must(t, err)
				checkBatch(t, item.Batch)
				if delivered%10 == 0 {
					must(t, s.SetAside(e.ID, "refused"))
				} else {
					must(t, s.Done(e.ID))
				}
				delivered, after = delivered+1, e.ID
			}
		})
	}
	wg.Wait()
	equal(t, uint64(360), s.Stats().Delivered.Batches)
	equal(t, 40, len(slices.Compact(s.Aside())))
	checkBalanced(t, s)
	must(t, s.Close())
}
