package collector

import (
	"math"
	"testing"
)

func TestGapFill(t *testing.T) {
	for _, c := range []struct {
		name            string
		start, n, slack uint32
		filled          int64
		left            []gap
	}{
		{"whole", 100, 50, 0, 50, nil},
		{"front", 100, 10, 0, 10, []gap{{110, 150}}},
		{"back", 140, 10, 0, 10, []gap{{100, 140}}},
		{"middle", 120, 10, 0, 10, []gap{{100, 120}, {130, 150}}},
		{"before", 90, 10, 0, -1, []gap{{100, 150}}},
		{"half before", 95, 10, 0, -1, []gap{{100, 150}}},
		{"half behind", 145, 10, 0, -1, []gap{{100, 150}}},
		{"behind", 150, 1, 0, -1, []gap{{100, 150}}},
		{"nothing, inside", 120, 0, 0, 0, []gap{{100, 150}}},
		{"nothing, at the edge", 150, 0, 0, 0, []gap{{100, 150}}},
		{"slack up to the end", 140, 5, 100, 10, []gap{{100, 140}}},
		{"slack inside", 100, 5, 5, 10, []gap{{110, 150}}},
	} {
		var l gapList
		l.add(gap{100, 150})
		if got := l.fill(c.start, c.n, c.slack); got != c.filled {
			t.Errorf("%s: %d, want %d", c.name, got, c.filled)
		}
		equal(t, c.name, append([]gap(nil), c.left...), append([]gap(nil), l.gaps[:l.n]...))
	}
}

func (g gap) Equal(o gap) bool { return g == o }

func TestGapAcrossWrap(t *testing.T) {
	var l gapList
	l.add(gap{math.MaxUint32 - 4, 5})
	if got := l.fill(math.MaxUint32, 2, 0); got != 2 {
		t.Errorf("filled %d", got)
	}
	equal(t, "left", []gap{{math.MaxUint32 - 4, math.MaxUint32}, {1, 5}}, append([]gap(nil), l.gaps[:l.n]...))
}

func TestGapExtend(t *testing.T) {
	var l gapList
	for _, g := range []gap{{math.MaxUint32 - 4, 5}, {5, 9}, {10, 12}, {12, 20}} {
		l.extend(g)
	}
	equal(t, "gaps", []gap{{math.MaxUint32 - 4, 9}, {10, 20}}, append([]gap(nil), l.gaps[:l.n]...))
}

func TestGapListForgetsTheOldest(t *testing.T) {
	var l gapList
	for i := range uint32(40) {
		l.add(gap{i * 10, i*10 + 5})
	}
	if l.fill(0, 5, 0) != -1 || l.fill(70, 5, 0) != -1 || l.fill(80, 5, 0) != 5 || l.fill(390, 5, 0) != 5 {
		t.Errorf("%v", l.gaps)
	}
}
