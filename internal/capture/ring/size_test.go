package ring

import (
	"testing"

	"pgregory.net/rapid"
)

const mebi = 1 << 20

func TestBlocks(t *testing.T) {
	for _, c := range []struct{ size, block, number int }{
		{256 << 10, 128 << 10, 2},
		{400 << 10, 128 << 10, 3},
		{4*mebi - 1, 128 << 10, 31},
		{12 * mebi, 128 << 10, 96},
		{24*mebi - 1, 128 << 10, 191},
		{24 * mebi, 256 << 10, 96},
		{48 * mebi, 512 << 10, 96},
		{64*mebi + 12345, 512 << 10, 128},
		{96 * mebi, mebi, 96},
		{maxSize, mebi, 2047},
	} {
		if block, number := blocks(c.size); block != c.block || number != c.number {
			t.Errorf("%d octets: %d blocks of %d, want %d of %d", c.size, number, block, c.number, c.block)
		}
	}
}

func TestBlocksHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(MinSize, maxSize).Draw(t, "size")
		block, number := blocks(size)
		switch {
		case block&(block-1) != 0 || block < minBlock || block > maxBlock:
			t.Fatalf("blocks of %d", block)
		case number < minBlocks || block*number > size || size-block*number >= block:
			t.Fatalf("%d blocks of %d for %d octets", number, block, size)
		case block > minBlock && number < goodBlocks || block < maxBlock && number >= 2*goodBlocks:
			t.Fatalf("%d blocks of %d for %d octets: not as large as they could be", number, block, size)
		}
	})
}

func TestDefaultSize(t *testing.T) {
	for _, c := range []struct {
		name                               string
		megabits, available, workers, want int
	}{
		{"unknown", 0, 0, 1, 25_000_000},
		{"1 Gb/s", 1000, 0, 1, 25_000_000},
		{"shared", 1000, 0, 4, 25_000_000},
		{"more workers", 1000, 0, 8, 32 * mebi},
		{"many workers", 1000, 0, 256, 64 * mebi},
		{"100 Mb/s", 100, 0, 1, 4 * mebi},
		{"10 Gb/s", 10_000, 0, 1, 64 * mebi},
		{"800 Gb/s", 800_000, 0, 2, 64 * mebi},
		{"little memory", 1000, 160 * mebi, 1, 10 * mebi},
		{"less than the least", 1000, 32 * mebi, 2, 2 * mebi},
		{"no memory", 1000, 1, 2, 2 * MinSize},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := defaultSize(c.megabits, c.available, c.workers); got != c.want {
				t.Errorf("%d octets, want %d", got, c.want)
			}
		})
	}
}

func TestFitting(t *testing.T) {
	for _, c := range []struct{ size, least, room, want int }{
		{100, 10, 1000, 50},
		{100, 10, 49, 25},
		{100, 10, 12, 12},
		{100, 12, 12, 12},
		{100, 13, 12, 0},
		{100, 10, 0, 0},
		{10, 10, 1000, 0},
	} {
		if got := fitting(c.size, c.least, func(size int) bool { return size <= c.room }); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}
