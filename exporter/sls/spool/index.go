package spool

import (
	"maps"
	"slices"
	"time"
)

// clockSet is 2001: a wall clock before it was never set, and its times say nothing of age.
const clockSet = 978307200

// enter puts an entry into the index, and gives it another ID where its own is taken.
func (s *Spool) enter(e *entry, h *header) {
	if s.entries[e.id] != nil || s.aside[e.id] != nil {
		e.id = s.nextID
	}
	s.nextID = max(s.nextID, e.id+1)
	e.lane, e.sum, e.created = s.lane(h.batch.Destination), h.batch.Sum, h.batch.Created
	if e.created.Unix() < clockSet {
		e.created = s.o.Now()
	}
	if e.seg == nil {
		s.aside[e.id] = e
		s.stats.Aside = s.stats.Aside.Plus(e.count())
		return
	}
	s.entries[e.id] = e
	e.lane.queue.push(e)
	e.seg.queue.push(e)
	s.stats.Queued = s.stats.Queued.Plus(e.count())
}

// forget takes an entry out of the index.
func (s *Spool) forget(e *entry) {
	e.gone = true
	if e.seg == nil {
		delete(s.aside, e.id)
		s.stats.Aside = s.stats.Aside.Minus(e.count())
		return
	}
	delete(s.entries, e.id)
	e.lane.queue.removed()
	e.seg.queue.removed()
	s.stats.Queued = s.stats.Queued.Minus(e.count())
}

func (s *Spool) lane(d Destination) *lane {
	l := s.lanes[d]
	if l == nil {
		l = &lane{destination: d}
		s.lanes[d] = l
	}
	return l
}

// Destinations lists those that have queued batches, the one with the oldest batch first.
func (s *Spool) Destinations() []Destination {
	s.mu.Lock()
	defer s.mu.Unlock()
	var firsts []*entry
	for _, l := range s.lanes {
		if e := l.queue.first(); e != nil {
			firsts = append(firsts, e)
		}
	}
	sortEntries(firsts)
	out := make([]Destination, len(firsts))
	for i, e := range firsts {
		out[i] = e.lane.destination
	}
	return out
}

// Next returns the destination's first queued batch with an ID above after, which is 0 for the
// first of all. A caller that has several on their way asks behind the last one.
func (s *Spool) Next(d Destination, after ID) (Entry, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lanes[d]
	if l == nil {
		return Entry{}, false
	}
	e := l.queue.after(after)
	if e == nil {
		return Entry{}, false
	}
	return e.public(), true
}

// Queued lists all batches that wait to be delivered, by ID.
func (s *Spool) Queued() []Entry { return s.list(func() map[ID]*entry { return s.entries }) }

// Aside lists all batches that are set aside, by ID.
func (s *Spool) Aside() []Entry { return s.list(func() map[ID]*entry { return s.aside }) }

// IDs lists the IDs of all batches, by ID: for who looks at one after the other, without that memory
// or the lock are taken up for all of them.
func (s *Spool) IDs() (queued, aside []ID) {
	s.mu.Lock()
	queued = slices.AppendSeq(make([]ID, 0, len(s.entries)), maps.Keys(s.entries))
	aside = slices.AppendSeq(make([]ID, 0, len(s.aside)), maps.Keys(s.aside))
	s.mu.Unlock()
	slices.Sort(queued)
	slices.Sort(aside)
	return queued, aside
}

func (s *Spool) list(of func() map[ID]*entry) []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*entry, 0, len(of()))
	for _, e := range of() {
		all = append(all, e)
	}
	sortEntries(all)
	out := make([]Entry, len(all))
	for i, e := range all {
		out[i] = e.public()
	}
	return out
}

func sortEntries(entries []*entry) {
	q := queue{list: entries}
	q.sort()
}

// oldest returns when the oldest queued batch was made, the zero time where there is none. Within a
// segment that is its first, unless the clock went back.
func (s *Spool) oldest() (t time.Time) {
	for _, seg := range s.segments {
		if e := seg.queue.first(); e != nil && (t.IsZero() || e.created.Before(t)) {
			t = e.created
		}
	}
	return t
}

// remove takes a segment out of the list.
func (s *Spool) remove(seg *segment) {
	s.segments = slices.DeleteFunc(s.segments, func(other *segment) bool { return other == seg })
}
