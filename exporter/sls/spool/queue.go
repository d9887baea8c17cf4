package spool

import (
	"cmp"
	"slices"
	"time"

	"github.com/sagflow/sagflow/exporter"
)

// entry is a batch in the index.
type entry struct {
	id ID
	// disk is the ID in the file: another one only where two files claim the same.
	disk ID
	seg  *segment // nil: set aside
	lane *lane
	// at and size say where the entry is in its file.
	at   int64
	size int
	sum  exporter.Sum
	// created has the process's monotonic time where it was made here, so that steps of the wall
	// clock make nothing old.
	created time.Time
	// failures counts the times that the disk failed to read it; failed is the first.
	failures int
	failed   time.Time
	gone     bool
}

func (e *entry) count() Count { return Count{1, e.sum} }

func (e *entry) public() Entry {
	return Entry{e.id, e.lane.destination, e.sum, e.created, e.size}
}

// lane is one destination.
type lane struct {
	destination Destination
	queue       queue
}

// queue is a list of entries by ID. Entries that are gone stay in it until they are at its
// beginning or too many.
type queue struct {
	list []*entry
	live int
}

func (q *queue) push(e *entry) {
	q.list = append(q.list, e)
	q.live++
}

// replace puts another entry of the same ID in an entry's place.
func (q *queue) replace(e, by *entry) {
	if i := slices.Index(q.list, e); i >= 0 {
		q.list[i] = by
	}
}

func (q *queue) sort() {
	slices.SortFunc(q.list, func(a, b *entry) int { return cmp.Compare(a.id, b.id) })
}

// removed is called when one of the entries has become gone.
func (q *queue) removed() {
	q.live--
	n := 0
	for n < len(q.list) && q.list[n].gone {
		q.list[n] = nil
		n++
	}
	q.list = q.list[n:]
	if len(q.list) > 2*q.live+16 {
		q.list = slices.DeleteFunc(q.list, func(e *entry) bool { return e.gone })
	}
}

// after returns the first entry with an ID above the given one, or nil.
func (q *queue) after(id ID) *entry {
	i, found := slices.BinarySearchFunc(q.list, id, func(e *entry, id ID) int { return cmp.Compare(e.id, id) })
	if found {
		i++
	}
	for _, e := range q.list[i:] {
		if !e.gone {
			return e
		}
	}
	return nil
}

func (q *queue) first() *entry { return q.after(0) }
