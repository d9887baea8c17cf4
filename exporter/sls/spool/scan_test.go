package spool

import (
	"bytes"
	"io"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// drawHeader makes a header of any form.
func drawHeader(t *rapid.T) header {
	text := rapid.StringN(0, 300, maxString)
	b := Batch{
		Destination: Destination{text.Draw(t, "region"), text.Draw(t, "endpoint"), text.Draw(t, "project"), text.Draw(t, "logstore")},
		Boot:        text.Draw(t, "boot"), Number: rapid.Uint64().Draw(t, "number"),
		First: rapid.Uint32().Draw(t, "first"), Count: rapid.Uint32().Draw(t, "count"),
		RawSize: rapid.IntRange(0, maxRaw).Draw(t, "raw"), Compression: text.Draw(t, "compression"),
	}
	b.Sum.Records, b.Sum.Packets, b.Sum.Octets = rapid.Uint64().Draw(t, "r"), rapid.Uint64().Draw(t, "p"), rapid.Uint64().Draw(t, "o")
	b.Created = moment(rapid.Int64().Draw(t, "created"))
	return header{
		id: ID(rapid.Uint64Min(1).Draw(t, "id")), origin: ID(rapid.Uint64().Draw(t, "origin")), batch: b,
		reason: rapid.StringN(0, 1000, maxReason).Draw(t, "reason"), asideAt: moment(rapid.Int64().Draw(t, "aside at")),
	}
}

// TestHeaderProperty: every header is read as it was written, and none that was cut is.
func TestHeaderProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHeader(t)
		payload := rapid.SliceOfN(rapid.Byte(), 0, 100).Draw(t, "payload")
		b := appendEntry([]byte("before"), &h, payload)[6:]
		f, got, err := readHeader(b)
		if err != nil || f.size() != len(b) || !sameHeader(h, got) {
			t.Fatalf("have %+v (%v), want %+v", got, err, h)
		}
		if len(b) > frameSize+maxHeader+len(payload) {
			t.Fatalf("header of %d octets", f.header)
		}
		text := h.append(nil)
		if _, err := parseHeader(text[:rapid.IntRange(0, len(text)-1).Draw(t, "cut")]); err == nil {
			t.Fatal("a cut header was read")
		}
	})
}

func sameHeader(a, b header) bool {
	times := a.batch.Created.Equal(b.batch.Created) && a.asideAt.Equal(b.asideAt)
	a.batch.Created, b.batch.Created, a.asideAt, b.asideAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	return times && a.id == b.id && a.origin == b.origin && a.reason == b.reason &&
		bytes.Equal(a.append(nil), b.append(nil))
}

func entryOf(id ID, octets int) []byte {
	b := batch(shanghai, uint64(id), octets)
	return appendEntry(nil, &header{id: id, batch: b}, b.Payload)
}

// TestScanProperty: between any garbage, without it, and across the borders of the window, all
// entries are found, and what is not an entry is accounted for to the octet.
func TestScanProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var file []byte
		var want []ID
		covered := int64(0)
		for id := range ID(rapid.IntRange(0, 8).Draw(t, "entries")) {
			garbage := make([]byte, rapid.SampledFrom([]int{0, 0, 1, 7, 30, windowSize - 3, windowSize}).Draw(t, "garbage"))
			for i := range garbage {
				garbage[i] = byte(r.Uint32())
			}
			if len(garbage) > 20 {
				copy(garbage[r.IntN(len(garbage)):], magic)
			}
			entry := entryOf(id+1, rapid.SampledFrom([]int{0, 5, 1000, 100_000, windowSize}).Draw(t, "octets"))
			file = append(append(file, garbage...), entry...)
			want, covered = append(want, id+1), covered+int64(len(entry))
		}
		tail := entryOf(99, 50)
		file = append(file, tail[:rapid.IntRange(0, len(tail)-1).Draw(t, "tail")]...)
		good, bad := scan(bytes.NewReader(file), 0, int64(len(file)))
		var got []ID
		for _, g := range good {
			got = append(got, g.id)
		}
		for i, d := range bad {
			covered += d.Octets
			if d.Torn != (i == len(bad)-1 && d.Offset+d.Octets == int64(len(file))) {
				t.Fatalf("damage %+v of %d octets", d, len(file))
			}
		}
		if !slices.Equal(want, got) || covered != int64(len(file)) {
			t.Fatalf("have %v, want %v; %d octets of %d are accounted for", got, want, covered, len(file))
		}
	})
}

// TestEntryInsideDamage: an entry that has come to stand where another's payload should be is
// found, whatever the other's lengths say.
func TestEntryInsideDamage(t *testing.T) {
	outer, inner := entryOf(1, 1000), entryOf(2, 100)
	copy(outer[len(outer)-900:], inner)
	good, bad := scan(bytes.NewReader(outer), 0, int64(len(outer)))
	if len(good) != 1 || good[0].id != 2 || len(bad) != 2 || len(bad[0].Items) != 1 || bad[0].Items[0].ID != 1 {
		t.Errorf("good %v, bad %v", good, bad)
	}
}

// badSector is a file of which some octets can't be read.
type badSector struct {
	io.ReaderAt
	from, to int64
}

func (b badSector) ReadAt(p []byte, off int64) (int, error) {
	if off < b.to && off+int64(len(p)) > b.from {
		n, _ := b.ReaderAt.ReadAt(p[:max(0, b.from-off)], off)
		return n, syscall.EIO
	}
	return b.ReaderAt.ReadAt(p, off)
}

// TestBadSector: what can't be read takes only the entries with it that lie there.
func TestBadSector(t *testing.T) {
	var file []byte
	for id := range ID(20) {
		file = append(file, entryOf(id+1, 3000)...)
	}
	size := int64(len(file)) / 20
	good, bad := scan(badSector{bytes.NewReader(file), 5*size + 10, 6*size - 10}, 0, int64(len(file)))
	if len(good) < 17 || len(bad) != 1 || bad[0].Torn {
		t.Errorf("%d good, bad %v", len(good), bad)
	}
}

// FuzzScan: whatever a segment holds, reading it ends, without a panic, and what it finds lies
// apart and is as sealed.
func FuzzScan(f *testing.F) {
	whole := append(appendSegmentHeader(nil), append(entryOf(1, 20), entryOf(2, 0)...)...)
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	f.Add(append([]byte(magic+magic), whole...))
	f.Add([]byte(magic + "\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		good, bad := scan(bytes.NewReader(file), 0, int64(len(file)))
		covered, end := int64(0), int64(0)
		for _, g := range good {
			if g.at < end {
				t.Fatal("entries overlap")
			}
			end = g.at + int64(g.size)
			covered += int64(g.size)
		}
		for _, d := range bad {
			covered += d.Octets
		}
		if covered != int64(len(file)) {
			t.Fatalf("%d octets of %d are accounted for", covered, len(file))
		}
	})
}

// FuzzHeader reads headers of any octets, as if they were sealed.
func FuzzHeader(f *testing.F) {
	h := header{id: 1, batch: batch(shanghai, 1, 0), reason: "refused"}
	f.Add(h.append(nil))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := parseHeader(b)
		if err != nil {
			return
		}
		again, err := parseHeader(h.append(nil))
		if err != nil || !sameHeader(h, again) {
			t.Fatalf("%+v reads as %+v, error %v", h, again, err)
		}
	})
}

// FuzzOpen puts any octets in the place of each kind of file: the spool opens, or says that it is
// of another version, and can be used.
func FuzzOpen(f *testing.F) {
	disk, o := smallSpool(f)
	names := []string{"spool/0000000000000001.seg", "spool/0000000000000001.marks", "spool/0000000000000003.aside", "spool/totals"}
	for i, name := range names {
		f.Add(disk.names[name].data, i)
	}
	f.Fuzz(func(t *testing.T, data []byte, which int) {
		disk := copyOf(disk)
		disk.names[names[uint(which)%4]].data = slices.Clone(data)
		o := o
		o.FS = disk
		s, err := Open(o)
		if err != nil {
			return
		}
		id := mustAppend(t, s, batch(shanghai, 9, 10))
		for _, e := range append(s.Queued(), s.Aside()...) {
			if _, err := s.Read(e.ID); err != nil {
				t.Fatalf("read batch %d: %v", e.ID, err)
			}
		}
		must(t, s.Done(id))
		must(t, s.Close())
	})
}
