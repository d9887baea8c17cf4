package pcapfile

import (
	"cmp"
	"slices"
)

// Counters are what reading noticed, over all files so far.
type Counters struct {
	// Frames is the number of frames handed out.
	Frames uint64
	// CutBySnapLength counts frames of which fewer octets were captured than were on the wire.
	CutBySnapLength uint64
	// LongerThanWire counts frames of which more octets were captured than were on the wire.
	LongerThanWire uint64
	// LongerThanSnapLength counts frames of which more octets were captured than their interface's
	// snap length allows.
	LongerThanSnapLength uint64
	// WithoutTime counts frames of simple packet blocks, which have no time: it is given as 0.
	WithoutTime uint64
	// TimeClamped counts frames whose time lay outside ±flowtable.MaxTime.
	TimeClamped uint64
	// Older counts frames with a time before that of the frame before them in the same file.
	Older uint64
}

// observe counts what one frame's lengths and time tell. It is inlined into the formats' loops.
func (c *Counters) observe(captured, length, snap uint32, older bool) {
	c.Frames++
	if captured != length {
		if captured < length {
			c.CutBySnapLength++
		} else {
			c.LongerThanWire++
		}
	}
	if captured > snap {
		c.LongerThanSnapLength++
	}
	if older {
		c.Older++
	}
}

// Note is a thing noticed while reading and how often.
type Note struct {
	Name  string
	Count uint64
}

// The names of the notes, besides those that begin with "file: " and name a kind of file.
const (
	NoteCut     = "packets cut by the snap length"
	NoteLonger  = "packets captured longer than on the wire"
	NoteSnap    = "packets captured longer than the snap length"
	NoteNoTime  = "packets without a timestamp (simple packet block, given 0)"
	NoteClamped = "packets with a time out of range (moved into it)"
	NoteOlder   = "packets older than the one before"
)

// notes returns the counters that are not zero and the kinds of file, sorted by name.
func notes(c *Counters, kinds map[string]uint64) []Note {
	all := []Note{
		{NoteCut, c.CutBySnapLength},
		{NoteLonger, c.LongerThanWire},
		{NoteSnap, c.LongerThanSnapLength},
		{NoteNoTime, c.WithoutTime},
		{NoteClamped, c.TimeClamped},
		{NoteOlder, c.Older},
	}
	for name, count := range kinds {
		all = append(all, Note{name, count})
	}
	all = slices.DeleteFunc(all, func(n Note) bool { return n.Count == 0 })
	slices.SortFunc(all, func(a, b Note) int { return cmp.Compare(a.Name, b.Name) })
	return all
}
