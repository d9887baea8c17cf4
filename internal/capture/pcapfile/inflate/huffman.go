package inflate

import "math/bits"

const (
	maxCodeLength = 15
	// lengthBits and distanceBits index the first level of the two tables: what is longer is rare.
	lengthBits   = 10
	distanceBits = 8
)

// entry is what a table tells of the code at the front of the reservoir:
//
//	bits 0-7    length of the code, with what the first level took
//	bits 8-12   extra bits that follow (RFC 1951 §3.2.5), or index bits of the second level
//	bits 13-15  the kind
//	bits 16-31  literal, base of a length or distance, or position of the second level
type entry uint32

const (
	kindInvalid entry = iota << 13
	kindLiteral
	kindBase // of a length or a distance
	kindEnd
	kindLink
	kindMask entry = 7 << 13
)

func makeEntry(kind entry, value, extra int) entry {
	return kind | entry(value)<<16 | entry(extra)<<8
}

func (e entry) length() int { return int(e & 0xff) }
func (e entry) extra() int  { return int(e >> 8 & 0x1f) }
func (e entry) value() int  { return int(e >> 16) }

// table decodes one Huffman code.
type table struct {
	entries []entry
	bits    int // index bits of the first level
}

// build makes the table of the canonical code with these lengths (RFC 1951 §3.2.2). symbols says
// what each symbol means. It reports false for a code that zlib refuses: more codes than the
// lengths have room for, or fewer, unless the code has none at all or is one code of one bit.
func (t *table) build(lengths []uint8, symbols []entry, firstLevel int) bool {
	var counts [maxCodeLength + 1]int
	for _, n := range lengths {
		counts[n]++
	}
	counts[0] = 0
	room, longest := 1, 0
	for n := 1; n <= maxCodeLength; n++ {
		room = room<<1 - counts[n]
		if room < 0 {
			return false
		}
		if counts[n] > 0 {
			longest = n
		}
	}
	if room > 0 && longest > 1 {
		return false
	}
	t.bits = firstLevel
	t.clear()
	var next [maxCodeLength + 2]int
	for n := 1; n <= maxCodeLength; n++ {
		next[n+1] = (next[n] + counts[n]) << 1
	}
	for symbol, n := range lengths {
		if n == 0 {
			continue
		}
		code := int(bits.Reverse16(uint16(next[n])) >> (16 - n))
		next[n]++
		t.put(code, int(n), longest, symbols[symbol])
	}
	return true
}

// clear makes an empty first level, in which each code is invalid.
func (t *table) clear() {
	size := 1 << t.bits
	if cap(t.entries) < size {
		t.entries = make([]entry, size, 4*size)
	}
	t.entries = t.entries[:size]
	clear(t.entries)
}

// put writes a code of n bits, given in stream order, to every place that begins with it.
func (t *table) put(code, n, longest int, e entry) {
	e |= entry(n)
	level, at, width := t.entries, code, n
	size := 1 << t.bits
	if n > t.bits {
		level = t.second(code&(size-1), longest)
		at, width, size = code>>t.bits, n-t.bits, len(level)
	}
	for ; at < size; at += 1 << width {
		level[at] = e
	}
}

// second returns the second level behind a place of the first one, which it makes at first.
func (t *table) second(at, longest int) []entry {
	width := longest - t.bits
	link := t.entries[at]
	if link&kindMask != kindLink {
		link = makeEntry(kindLink, len(t.entries), width)
		t.entries[at] = link
		t.entries = append(t.entries, make([]entry, 1<<width)...)
	}
	return t.entries[link.value() : link.value()+1<<width]
}

// find returns the entry for the code at the front of the reservoir.
func (t *table) find(reservoir uint64) entry {
	e := t.entries[reservoir&(1<<t.bits-1)]
	if e&kindMask == kindLink {
		e = t.entries[uint64(e.value())+reservoir>>t.bits&(1<<e.extra()-1)]
	}
	return e
}
