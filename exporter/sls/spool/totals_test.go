package spool

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/exporter"
)

func TestMarks(t *testing.T) {
	var file []byte
	for id := range ID(5) {
		file = mark{markDone, id + 1, exporter.Sum{Records: uint64(id)}}.append(file)
	}
	file = mark{markMoved, 2, exporter.Sum{}}.append(file)
	for off := range file {
		file[off] ^= 0x10
		want := map[ID]mark{}
		for id := range ID(5) {
			if off/markSize != int(id) {
				want[id+1] = mark{markDone, id + 1, exporter.Sum{Records: uint64(id)}}
			}
		}
		if off/markSize == 1 {
			want[2] = mark{kind: markMoved, id: 2}
		}
		got := readMarks(bytes.NewReader(file), int64(len(file)))
		for id := range ID(6) {
			if want[id] != got[id] {
				t.Fatalf("octet %d changed: mark %d is %+v, want %+v", off, id, got[id], want[id])
			}
		}
		file[off] ^= 0x10
	}
}

// TestTornMark: a mark that was written in part is written over by the next.
func TestTornMark(t *testing.T) {
	disk := newSimDisk()
	o := options("spool")
	o.FS = disk
	s := mustOpen(t, o)
	for n := range uint64(4) {
		mustAppend(t, s, batch(shanghai, n, 10))
	}
	must(t, s.Done(1))
	disk.refuse = func(opKind, string, int) (int, error) { return 30, errNoSpace }
	if err := s.Done(2); err == nil || !strings.Contains(err.Error(), "mark batch 2 as delivered") {
		t.Errorf("error %v", err)
	}
	disk.refuse = nil
	must(t, s.Done(3))
	equal(t, []uint64{3}, numbers(t, s, s.Queued()))
	disk.names["spool/0000000000000001.marks"].write([]byte("torn"), 2*markSize)
	for _, want := range [][]uint64{{1, 3}, {3}} {
		disk.locked = false
		s = mustOpen(t, o)
		equal(t, want, numbers(t, s, s.Queued()))
		checkBalanced(t, s)
		if want[0] == 1 {
			must(t, s.Done(2))
		}
	}
	must(t, s.Close())
}

// TestTotalsFile: what was written last is read, and when that is damaged what was written before.
func TestTotalsFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		disk := newSimDisk()
		f, got, fresh, err := openTotals(disk, "totals")
		must(t, err)
		if !fresh || got.Version != version {
			t.Fatalf("new totals are %+v", got)
		}
		last := rapid.IntRange(1, 5).Draw(t, "writes")
		for n := 1; n <= last; n++ {
			must(t, f.write(totals{Version: version, NextID: ID(n), Removed: make([]string, rapid.IntRange(0, 100).Draw(t, "names"))}))
		}
		data := disk.names["totals"].data
		if len(data) != 2*slotSize {
			t.Fatalf("%d octets", len(data))
		}
		want := last
		if rapid.Bool().Draw(t, "damage") {
			data[last%2*slotSize+rand.IntN(60)] ^= 1
			want--
		}
		_, got, fresh, err = openTotals(disk, "totals")
		must(t, err)
		if int(got.NextID) != want || fresh != (want == 0) || len(got.Removed) > maxRemoved {
			t.Fatalf("read %+v, fresh %v; want those of write %d", got, fresh, want)
		}
	})
}

// TestTotalsHaveRoom: the largest totals fit their slot.
func TestTotalsHaveRoom(t *testing.T) {
	disk := newSimDisk()
	f, _, _, err := openTotals(disk, "totals")
	must(t, err)
	most := Count{1<<64 - 1, exporter.Sum{Records: 1<<64 - 1, Packets: 1<<64 - 1, Octets: 1<<64 - 1}}
	large := totals{Version: version, NextID: 1<<64 - 1, NextSegment: 1<<64 - 1}
	large.Fates = Fates{most, Drops{most, most, most, most}}
	for range maxRemoved {
		large.Removed = append(large.Removed, "ffffffffffffffff.aside")
	}
	must(t, f.write(large))
	if n := len(bytes.TrimRight(disk.names["totals"].data[slotSize:], "\x00")); n > slotSize {
		t.Errorf("%d octets in a slot of %d", n, slotSize)
	}
	_, got, _, err := openTotals(disk, "totals")
	must(t, err)
	equal(t, large, got)
}
