package flowtable

import (
	"testing"

	"pgregory.net/rapid"
)

// The index against a map, with tags that crowd at both ends, so that chains wrap around.
func TestIndexEqualsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x index
		if err := x.open(3); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = x.close() }()
		tag := rapid.OneOf(rapid.Uint32Range(0, 9), rapid.Uint32Range(1<<32-9, 1<<32-1), rapid.Uint32())
		truth := map[uint32]uint32{} // slot -> tag
		for slot := range uint32(rapid.IntRange(1, 200).Draw(t, "steps")) {
			if len(truth) > 0 && rapid.Bool().Draw(t, "remove") {
				for s, g := range truth {
					x.remove(g, s)
					delete(truth, s)
					break
				}
				continue
			}
			truth[slot] = tag.Draw(t, "tag")
			x.add(truth[slot], slot)
		}
		checkIndex(t, &x, truth)
	})
}

func checkIndex(t *rapid.T, x *index, truth map[uint32]uint32) {
	words := 0
	for _, w := range x.words {
		if w != 0 {
			words++
		}
	}
	if words != len(truth) || x.count != words {
		t.Fatalf("%d words, count %d, want %d", words, x.count, len(truth))
	}
	mask := uint32(len(x.words) - 1)
	for slot, tag := range truth {
		i := x.place(tag)
		for x.words[i] != uint64(tag)<<32|uint64(slot+1) {
			if x.words[i] == 0 {
				t.Fatalf("slot %d of tag %#x is not to be found", slot, tag)
			}
			i = (i + 1) & mask
		}
	}
}
