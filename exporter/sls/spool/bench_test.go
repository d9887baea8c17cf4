package spool

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

const benchOctets = 60_000 // a batch of 4,096 records, compressed

func benchSpool(b *testing.B, interval time.Duration) {
	o := options(b.TempDir())
	o.MaxBytes, o.SyncInterval, o.Now = 256<<20, interval, time.Now
	s := mustOpen(b, o)
	entry := batch(shanghai, 1, benchOctets)
	entry.Created = time.Time{}
	b.SetBytes(benchOctets)
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		mustAppend(b, s, entry)
	}
	must(b, s.Close())
}

func BenchmarkAppendSyncAlways(b *testing.B) { benchSpool(b, 0) }

func BenchmarkAppendSyncInterval(b *testing.B) { benchSpool(b, time.Second) }

// BenchmarkPlain is what the disk can do: append, and fdatasync or not, in files of 4 MiB.
func BenchmarkPlain(b *testing.B) {
	for name, sync := range map[string]bool{"fdatasync": true, "none": false} {
		b.Run(name, func(b *testing.B) {
			dir, n := b.TempDir(), 0
			f, err := osFS{}.Create(filepath.Join(dir, "0"))
			must(b, err)
			payload := batch(shanghai, 1, benchOctets+250).Payload
			b.SetBytes(benchOctets)
			off := int64(0)
			for b.Loop() {
				must(b, writeAll(f, payload, off))
				if sync {
					must(b, f.Sync())
				}
				if off += int64(len(payload)); off > 4<<20 {
					must(b, f.Close())
					n, off = n+1, 0
					f, err = osFS{}.Create(filepath.Join(dir, strconv.Itoa(n)))
					must(b, err)
				}
			}
			must(b, f.Close())
		})
	}
}

// BenchmarkOpen is the time to open 256 MiB.
func BenchmarkOpen(b *testing.B) {
	o := options(b.TempDir())
	o.MaxBytes, o.SyncInterval = 256<<20, time.Hour
	s := mustOpen(b, o)
	entry := batch(shanghai, 1, benchOctets)
	for s.Stats().Dropped.Full.Batches == 0 {
		mustAppend(b, s, entry)
	}
	must(b, s.Close())
	b.SetBytes(s.bytes)
	for b.Loop() {
		must(b, mustOpen(b, o).Close())
	}
	b.ReportMetric(float64(len(s.entries)), "batches")
	_ = os.RemoveAll(o.Dir)
}

// BenchmarkAgainstPlain appends to a spool that syncs always, and to a plain file with fdatasync, by turns and
// the same octets, and reports the ratio of the medians of their times: 1 is as fast as the disk.
func BenchmarkAgainstPlain(b *testing.B) {
	o := options(b.TempDir())
	o.MaxBytes, o.Now = 1<<30, time.Now
	s := mustOpen(b, o)
	f, err := osFS{}.Create(filepath.Join(b.TempDir(), "plain"))
	must(b, err)
	entry := batch(shanghai, 1, benchOctets)
	mustAppend(b, s, entry)
	plain, off := batch(shanghai, 1, inLane(s, shanghai)[0].Octets).Payload, int64(0)
	var spooled, appended []time.Duration
	timed := func(into *[]time.Duration, do func()) {
		began := time.Now()
		do()
		*into = append(*into, time.Since(began))
	}
	bySpool := func() { mustAppend(b, s, entry) }
	byHand := func() {
		must(b, writeAll(f, plain, off))
		must(b, f.Sync())
		off += int64(len(plain))
	}
	for n := 0; b.Loop(); n++ { // in turn first: the second finds the disk busy
		if n%2 == 0 {
			timed(&spooled, bySpool)
			timed(&appended, byHand)
		} else {
			timed(&appended, byHand)
			timed(&spooled, bySpool)
		}
	}
	slices.Sort(spooled)
	slices.Sort(appended)
	b.ReportMetric(float64(appended[len(appended)/2])/float64(spooled[len(spooled)/2]), "×plain")
	must(b, f.Close())
	must(b, s.Close())
}
