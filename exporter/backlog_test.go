package exporter

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/flowtable"
)

// TestBacklogDropsTheOldest: whatever is put and taken, what was dropped is the oldest, no more of it
// than a chunk makes necessary, and the rest comes out in its order.
func TestBacklogDropsTheOldest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := newBacklog(rapid.IntRange(1, 4000).Draw(t, "limit"))
		m := backlogModel{q: q}
		t.Repeat(map[string]func(*rapid.T){
			"put":  m.put,
			"take": m.take,
			"":     m.check,
		})
	})
}

// backlogModel is what must be in the queue: identities, the clock and the moment of each.
type backlogModel struct {
	q      *backlog
	next   int64
	queued []int64
	held   *chunk
}

// A record's clock is its identity, and so is the moment of its batch.
func (m *backlogModel) put(t *rapid.T) {
	n := rapid.SampledFrom([]int64{1, 2, 60, 300, 512, 700, 5000}).Draw(t, "records")
	b := batchOf(m.next+n-1, records(m.next, m.next+n)...)
	m.queued = append(m.queued, ids(m.next, m.next+n)...)
	dropped, ok := m.q.put(b, SumOf(b.Records), since(m.next+1))
	m.next += n
	if !ok || dropped.Records > uint64(len(m.queued)) {
		t.Fatalf("taken: %v, dropped %d of %d", ok, dropped.Records, len(m.queued))
	}
	oldest := m.queued[:dropped.Records]
	m.queued = m.queued[dropped.Records:]
	if len(oldest) == 0 {
		return
	}
	if want := sum(oldest[0], m.queued[0]); dropped.Sum != want {
		t.Fatalf("dropped %+v, want the oldest, %+v", dropped.Sum, want)
	}
	if newest := oldest[len(oldest)-1]; dropped.clock < newest {
		t.Fatalf("clock %d of what was dropped, the newest of it left at %d", dropped.clock, newest)
	}
	if len(m.queued) <= m.q.limit-m.q.size {
		t.Fatalf("%d records are left, %d would have room: too many were dropped", len(m.queued), m.q.limit)
	}
}

func (m *backlogModel) take(t *rapid.T) {
	if m.held != nil {
		m.q.giveBack(m.held)
		m.held = nil
		m.q.settled(0)
	}
	oldest := m.q.oldest()
	c, _, _ := m.q.take()
	if c == nil {
		if len(m.queued) > 0 {
			t.Fatalf("nothing to take, %d records are queued", len(m.queued))
		}
		return
	}
	for i := range c.records {
		if c.records[i].First != m.queued[i] {
			t.Fatalf("record %d, want %d", c.records[i].First, m.queued[i])
		}
	}
	if c.since != oldest || int64(c.since) > c.records[0].First+1 || c.clock < c.records[len(c.records)-1].First {
		t.Fatalf("since %d (oldest %d), clock %d of records %d to %d", c.since, oldest, c.clock, c.records[0].First, c.records[len(c.records)-1].First)
	}
	m.queued, m.held = m.queued[len(c.records):], c
}

func (m *backlogModel) check(t *rapid.T) {
	if m.q.length != len(m.queued) || m.q.length > m.q.limit {
		t.Fatalf("length %d, want %d, at most %d", m.q.length, len(m.queued), m.q.limit)
	}
	if waits := m.q.oldest() > 0; waits != (len(m.queued) > 0 || m.held != nil) {
		t.Fatalf("something waits: %v; %d are queued, held %v", waits, len(m.queued), m.held != nil)
	}
}

// TestBacklogOfSmallBatches: a batch of one record takes a record's room, not a batch's.
func TestBacklogOfSmallBatches(t *testing.T) {
	q := newBacklog(1 << 20)
	for id := range int64(10 * chunkRecords) {
		b := batchOf(id, record(id))
		q.put(b, SumOf(b.Records), 1)
	}
	chunks := 0
	for c := q.head; c != nil; c = c.next {
		chunks++
		if cap(c.records) != chunkRecords {
			t.Errorf("chunk of %d records, want %d", cap(c.records), chunkRecords)
		}
	}
	if chunks != 10 {
		t.Errorf("%d chunks, want 10", chunks)
	}
}

// TestBacklogGivesBack: of a burst a few chunks are kept, the rest is asked for once it is over, and no
// more often than once a minute.
func TestBacklogGivesBack(t *testing.T) {
	q := newBacklog(1 << 20)
	now := since(2 * time.Minute)
	burst := func(n int) {
		for id := range int64(n) {
			b := &Batch{Records: make([]flowtable.Record, chunkRecords), Clock: id}
			q.put(b, SumOf(b.Records), now)
		}
		if q.collectable(now) {
			t.Errorf("the memory of %d batches is asked for while they are queued", n)
		}
		takeAll(q)
	}
	for i, step := range []struct {
		batches int
		after   time.Duration
		want    bool
	}{
		{600, 0, true},
		{600, 59 * time.Second, false},
		{0, time.Second, true},
		{0, time.Hour, false},
		{100, time.Hour, false}, // too little
		{spareChunks, time.Hour, false},
	} {
		burst(step.batches)
		now += since(step.after)
		if got := q.collectable(now); got != step.want {
			t.Errorf("burst %d of %d batches: memory is asked for: %v, want %v", i, step.batches, got, step.want)
		}
		if q.spares > spareChunks {
			t.Errorf("%d chunks are kept, want at most %d", q.spares, spareChunks)
		}
	}
}
