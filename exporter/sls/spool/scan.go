package spool

import (
	"fmt"
	"io"
)

// found is a good entry in a file.
type found struct {
	header
	at   int64
	size int
}

// Damage is a piece of a file that holds no good entry.
type Damage struct {
	// File is the file's name, Offset and Octets where the piece is.
	File           string `json:"file"`
	Offset, Octets int64
	// Torn says that the piece is the file's end, as after a crash: the batch in it may never have
	// been accepted.
	Torn bool `json:"torn"`
	// Unread says that the disk failed to read some of it. The file is left as it is: the next Open may find
	// batches there.
	Unread bool `json:"unread,omitempty"`
	// Items are the batches in it of which the header is good.
	Items []Item `json:"items,omitempty"`
}

// String is for logs.
func (d Damage) String() string {
	what := "damaged"
	switch {
	case d.Torn:
		what = "torn"
	case d.Unread:
		what = "unreadable"
	}
	return fmt.Sprintf("%s: %d octets %s at offset %d, %d batches known", d.File, d.Octets, what, d.Offset, len(d.Items))
}

// scan finds all good entries between an offset and the end of a file, and what lies between them.
func scan(r io.ReaderAt, from, size int64) (good []found, bad []Damage) {
	s := scanner{w: window{r: r, size: size}, damaged: -1}
	for off := from; off < size; {
		off = s.step(off)
	}
	s.close(size, true)
	return s.good, s.bad
}

type scanner struct {
	w       window
	good    []found
	bad     []Damage
	damaged int64 // where the open damage begins, or -1
	items   []Item
	whole   bool // the last of items has all its octets
}

// step looks at what is at an offset and returns where to look next. Behind an entry that isn't
// good all is searched, also its inside: nobody knows what its lengths are worth.
func (s *scanner) step(off int64) int64 {
	f, h, err := readHeader(s.w.peek(off, frameSize+maxHeader))
	if err != nil {
		s.spoil(off)
		return s.w.find(off + 1)
	}
	sum, complete := s.w.sum(off+int64(frameSize+f.header), f.payload)
	if !complete || sum != f.payloadSum {
		s.spoil(off)
		if !s.w.failed(off, off+int64(f.size())) {
			s.items, s.whole = append(s.items, h.item()), complete
		}
		return s.w.find(off + 1)
	}
	s.close(off, false)
	s.good = append(s.good, found{h, off, f.size()})
	return off + int64(f.size())
}

func (s *scanner) spoil(off int64) {
	if s.damaged < 0 {
		s.damaged, s.whole = off, false
	}
}

// close ends the open damage. At the end of the file it is torn, unless its last batch has all its
// octets, and so more likely was changed than cut.
func (s *scanner) close(off int64, end bool) {
	if s.damaged >= 0 {
		d := Damage{Offset: s.damaged, Octets: off - s.damaged, Items: s.items, Unread: s.w.failed(s.damaged, off)}
		d.Torn = end && !s.whole && !d.Unread
		s.bad = append(s.bad, d)
	}
	s.damaged, s.items = -1, nil
}
