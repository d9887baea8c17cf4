package flowtable

import (
	"fmt"
	"unsafe"
)

// index finds a flow's entry by its tag: open addressing with linear probing over words of
// tag<<32 | slot+1, 0 where free. A word's place is the top bits of its tag, so that growing is one
// pass in order, and taking out shifts back without a look at the entries.
type index struct {
	words []uint64
	shift uint8 // 32 - log2(len(words))
	count int
	area  []byte
}

const minIndexBits = 10

func (x *index) open(bits uint8) error {
	n := 1 << bits
	b, err := reserve(n * 8)
	if err != nil {
		return fmt.Errorf("index of %d words: %w", n, err)
	}
	x.area = b
	x.words = unsafe.Slice((*uint64)(unsafe.Pointer(&b[0])), n)
	x.shift = 32 - bits
	return nil
}

func (x *index) close() error {
	if x.area == nil {
		return nil
	}
	b := x.area
	*x = index{}
	return release(b)
}

// reset takes all flows out.
func (x *index) reset() {
	clear(x.words)
	x.count = 0
}

func (x *index) place(tag uint32) uint32 { return tag >> (x.shift & 31) }

// add puts a flow in; the caller knows that it isn't there.
func (x *index) add(tag, slot uint32) {
	if (x.count+1)*8 > len(x.words)*5 {
		x.grow()
	}
	x.count++
	x.insert(uint64(tag)<<32 | uint64(slot+1))
}

func (x *index) insert(word uint64) {
	mask := uint32(len(x.words) - 1)
	i := x.place(uint32(word >> 32))
	for x.words[i] != 0 {
		i = (i + 1) & mask
	}
	x.words[i] = word
}

// grow doubles the index. Where there is no memory for it, the old one goes on, fuller and slower,
// up to the last free word; the limit of flows keeps it from filling.
func (x *index) grow() {
	var bigger index
	if x.shift == 0 || bigger.open(33-x.shift) != nil {
		return
	}
	for _, w := range x.words {
		if w != 0 {
			bigger.insert(w)
		}
	}
	bigger.count = x.count
	old := x.area
	*x = bigger
	_ = release(old)
}

// full reports that one more flow would leave no free word, which every search needs to end.
func (x *index) full() bool { return x.count+1 >= len(x.words) }

// remove takes the word of a slot out and closes the gap.
func (x *index) remove(tag, slot uint32) {
	mask := uint32(len(x.words) - 1)
	i := x.place(tag)
	for uint32(x.words[i]) != slot+1 {
		i = (i + 1) & mask
	}
	x.count--
	for j := i; ; {
		j = (j + 1) & mask
		w := x.words[j]
		if w == 0 {
			break
		}
		// A word may move back to i unless its own place lies behind i, cyclically.
		if (j-x.place(uint32(w>>32)))&mask >= (j-i)&mask {
			x.words[i] = w
			i = j
		}
	}
	x.words[i] = 0
}
