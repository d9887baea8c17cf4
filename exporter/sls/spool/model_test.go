package spool

import (
	"cmp"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// model is what a spool must be: batches by ID, and what became of the others. Which batches go
// when it is full the spool decides; the model checks that the oldest went and that they count.
type model struct {
	o      Options
	clock  *clock
	disk   *simDisk
	s      *Spool
	queued map[ID]Batch
	aside  map[ID]Batch
	fates  Fates // since the directory was made
	next   uint64
}

// TestModel: whatever is done to a spool, in whatever order, it has the model's batches, in each
// destination's order, and its sums hold.
func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &model{clock: newClock(), disk: newSimDisk(), queued: make(map[ID]Batch), aside: make(map[ID]Batch)}
		m.o = options("spool")
		m.o.FS, m.o.Now = m.disk, m.clock.Now
		m.o.MaxBatches = rapid.SampledFrom([]int{0, 25}).Draw(t, "max batches")
		m.o.SyncInterval = rapid.SampledFrom([]time.Duration{0, time.Minute}).Draw(t, "sync interval")
		m.s = mustOpen(t, m.o)
		t.Repeat(map[string]func(*rapid.T){
			"append": m.append, "append many": m.appendMany, "done": m.done, "set aside": m.setAside, "release": m.release,
			"drop": m.drop, "restart": m.restart, "kill": m.kill, "age": m.age, "": m.check,
		})
	})
}

func (m *model) append(t *rapid.T) {
	m.next++
	d := rapid.SampledFrom([]Destination{shanghai, qingdao}).Draw(t, "destination")
	b := batch(d, m.next, rapid.IntRange(0, 6000).Draw(t, "octets"))
	b.Created = m.clock.now
	id := mustAppend(t, m.s, b)
	m.queued[id] = b
	m.full(t, id)
}

func (m *model) appendMany(t *rapid.T) {
	for range rapid.IntRange(2, 12).Draw(t, "batches") {
		m.append(t)
	}
}

// full takes out of the model what the spool dropped to make room: for each destination its
// oldest, and no more than two segments.
func (m *model) full(t *rapid.T, newest ID) {
	oldest := make(map[Destination]ID)
	for _, e := range m.s.Queued() {
		if first, ok := oldest[e.Destination]; !ok || e.ID < first {
			oldest[e.Destination] = e.ID
		}
	}
	there := func(entries []Entry, id ID) bool {
		return slices.ContainsFunc(entries, func(e Entry) bool { return e.ID == id })
	}
	for _, id := range ids(m.queued) {
		if b := m.queued[id]; !there(m.s.Queued(), id) {
			if first, ok := oldest[b.Destination]; id == newest || ok && id > first {
				t.Fatalf("batch %d was dropped, but %d of its destination not", id, first)
			}
			delete(m.queued, id)
			m.fates.Dropped.add(Full, sumOf(b))
		}
	}
	for _, id := range ids(m.aside) {
		if !there(m.s.Aside(), id) {
			m.fates.Dropped.add(Full, sumOf(m.aside[id]))
			delete(m.aside, id)
		}
	}
}

func ids(of map[ID]Batch) []ID {
	out := make([]ID, 0, len(of))
	for id := range of {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

func pick(t *rapid.T, of map[ID]Batch) ID {
	if len(of) == 0 {
		t.Skip("none")
	}
	return rapid.SampledFrom(ids(of)).Draw(t, "batch")
}

func (m *model) done(t *rapid.T) {
	id := pick(t, m.queued)
	must(t, m.s.Done(id))
	m.fates.Delivered = m.fates.Delivered.Plus(sumOf(m.queued[id]))
	delete(m.queued, id)
}

func (m *model) setAside(t *rapid.T) {
	id := pick(t, m.queued)
	must(t, m.s.SetAside(id, "refused"))
	m.aside[id] = m.queued[id]
	delete(m.queued, id)
}

func (m *model) release(t *rapid.T) {
	id := pick(t, m.aside)
	again, err := m.s.Release(id)
	must(t, err)
	b := m.aside[id]
	b.Created = m.clock.now
	delete(m.aside, id)
	m.queued[again] = b
	m.full(t, again)
}

func (m *model) drop(t *rapid.T) {
	from := rapid.SampledFrom([]map[ID]Batch{m.queued, m.aside}).Draw(t, "from")
	id := pick(t, from)
	must(t, m.s.Drop(id))
	m.fates.Dropped.add(Operator, sumOf(from[id]))
	delete(from, id)
}

func (m *model) restart(t *rapid.T) {
	must(t, m.s.Close())
	m.s = mustOpen(t, m.o)
}

// kill ends the process without Close: what was written is there.
func (m *model) kill(t *rapid.T) {
	m.disk.locked = false
	m.s = mustOpen(t, m.o)
}

// age lets time pass, and the spool look for what is too old.
func (m *model) age(t *rapid.T) {
	m.clock.advance(time.Duration(rapid.IntRange(1, 300).Draw(t, "hours")) * time.Hour)
	must(t, m.s.Maintain())
	for from, limit := range map[*map[ID]Batch]time.Duration{&m.queued: DefaultMaxAge, &m.aside: DefaultAsideMaxAge} {
		for id, b := range *from {
			if m.clock.now.Sub(b.Created) > limit {
				m.fates.Dropped.add(TooOld, sumOf(b))
				delete(*from, id)
			}
		}
	}
}

func (m *model) check(t *rapid.T) {
	st := m.s.Stats()
	if !st.Balanced() || st.Lifetime != m.fates || st.DiskErrors != 0 || st.Damages != (DamageCount{}) {
		t.Fatalf("sums %+v,\nwant for all time %+v", st, m.fates)
	}
	var lanes []Entry
	for _, d := range m.s.Destinations() {
		lane := inLane(m.s, d)
		if !slices.IsSortedFunc(lane, byID) {
			t.Fatalf("%v out of order: %v", d, lane)
		}
		lanes = append(lanes, lane...)
	}
	slices.SortFunc(lanes, byID)
	compare(t, m.s, "queued", m.queued, lanes)
	compare(t, m.s, "set aside", m.aside, m.s.Aside())
	if len(m.queued)+len(m.aside) > m.s.o.MaxBatches {
		t.Fatalf("%d batches", len(m.queued)+len(m.aside))
	}
	size := int64(0)
	for name, n := range m.disk.names {
		if name != "spool/lock" {
			size += int64(len(n.data))
		}
	}
	// What is set aside is on disk twice until its segment goes, and marks need room too.
	if slack := int64(len(m.aside))*7000 + 40*markSize; st.Bytes != size || size > m.o.MaxBytes+slack {
		t.Fatalf("%d octets on disk, %d counted, limit %d", size, st.Bytes, m.o.MaxBytes)
	}
}

func byID(a, b Entry) int { return cmp.Compare(a.ID, b.ID) }

func compare(t *rapid.T, s *Spool, what string, want map[ID]Batch, got []Entry) {
	if len(got) != len(want) {
		t.Fatalf("%s: %d batches, want %d", what, len(got), len(want))
	}
	for _, e := range got {
		item, err := s.Read(e.ID)
		must(t, err)
		b, ok := want[e.ID]
		if !ok || b.Number != item.Number || !e.Created.Equal(b.Created) || e.Sum != b.Sum {
			t.Fatalf("%s: batch %d is %+v, want %+v", what, e.ID, e, b)
		}
		checkBatch(t, item.Batch)
	}
}

// TestOldestOfStats: the age is that of the oldest queued batch.
func TestOldestOfStats(t *testing.T) {
	c := newClock()
	o := options(t.TempDir())
	o.Now = c.Now
	s := mustOpen(t, o)
	equal(t, 0, s.Stats().OldestAge)
	first := mustAppend(t, s, Batch{Destination: shanghai})
	c.advance(time.Hour)
	mustAppend(t, s, Batch{Destination: qingdao})
	c.advance(time.Minute)
	equal(t, 61*time.Minute, s.Stats().OldestAge)
	must(t, s.Done(first))
	equal(t, time.Minute, s.Stats().OldestAge)
	must(t, s.Close())
}

// TestUnsetClock: a device that starts in 1970 and then learns the time loses nothing by that.
func TestUnsetClock(t *testing.T) {
	c := &clock{time.Unix(60, 0)}
	o := options(t.TempDir())
	o.Now = c.Now
	s := mustOpen(t, o)
	mustAppend(t, s, Batch{Destination: shanghai})
	must(t, s.Close())
	c.now = newClock().now
	s = mustOpen(t, o)
	must(t, s.Maintain())
	equal(t, 1, len(s.Queued()))
	c.advance(DefaultMaxAge + time.Second)
	must(t, s.Maintain())
	equal(t, 0, len(s.Queued()))
	if _, err := s.Read(1); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
	must(t, s.Close())
}
