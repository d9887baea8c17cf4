package spool

import (
	"os"
	"path/filepath"
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
