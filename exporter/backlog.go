package exporter

import (
	"sync"
	"time"

	"github.com/sagflow/sagflow/flowtable"
)

// Sizes of a backlog.
const (
	chunkRecords  = DefaultBatchRecords // some 45 kB
	chunkPart     = 16                  // a chunk is no more of the queue than one in so many
	spareChunks   = 16                  // kept for reuse, some 700 kB; the rest is left to the garbage collector
	patientChunks = 8                   // that a patient batch fills up to
)

// Memory that was left to the garbage collector is asked for when it is this many records (11 MB),
// and no more often than this: a burst of a million records would else stay in the process for minutes,
// for who allocates nothing collects nothing. It costs 12 ms for 90 MB.
const (
	collectRecords  = 1 << 17
	collectInterval = since(time.Minute)
)

// backlog is the queue of a session that must never block: bounded in records, and where there is no
// room the oldest are dropped.
//
// It copies the records into chunks of its own: with that, putting one costs 8 ns and not 4. A batch is as large in memory with one
// record as with 512, and where packets come in real time most have few: kept as they are, a million
// records could hold gigabytes. So the queue is as large as its records, and the batch goes back
// to the shard that filled it while it is still in that processor's cache.
//
// The oldest are dropped by the chunk, whose sum is known: counting them one by one would fetch each
// from memory, 20 ns a record, on the way of the packets.
type backlog struct {
	limit, size int           // records: of all, of a chunk
	woken       chan struct{} // has an element when there is something to take

	mu         sync.Mutex
	head, tail *chunk
	length     int // records in all
	spare      *chunk
	spares     int
	left       int   // records' worth of chunks left to the garbage collector since it was asked
	collected  since // when that was
	taken      since // of the oldest record that was taken and isn't settled
	flush      bool  // what was put is asked for also where it fills no datagram
	last       bool  // nothing follows
	closed     bool  // nothing is taken any more
	hurried    bool  // nobody is patient any more

	emptied sync.Cond // with mu: there is room for who is patient, or nothing is taken of it any more
}

// chunk is a run of records of one epoch in the order in which they were put.
type chunk struct {
	records []flowtable.Record
	sum     Sum
	reading       // the latest of their batches
	since   since // when the first of them was put
	next    *chunk
}

func newBacklog(limit int) *backlog {
	q := &backlog{limit: limit, size: max(1, min(chunkRecords, limit/chunkPart)), woken: make(chan struct{}, 1)}
	q.emptied.L = &q.mu
	return q
}

// lost is what had to make room, and the clock of the latest of it.
type lost struct {
	Sum
	clock int64
}

// put copies a batch in and returns what was dropped for it. It reports false when nothing is taken any more.
// A patient batch, which has no more records than a chunk, waits until there is room.
func (q *backlog) put(b *Batch, sum Sum, at since) (lost, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var dropped lost
	for b.Patient && q.length+len(b.Records) > q.patience() && !q.closed && !q.last && !q.hurried {
		q.emptied.Wait()
	}
	if q.closed || q.last || b.Patient && q.hurried {
		return dropped, false
	}
	for rest := b.Records; len(rest) > 0; {
		n := min(len(rest), q.room(b.Epoch))
		if q.length+n > q.limit {
			q.dropOldest(&dropped)
			continue
		}
		part := sum
		if n < len(rest) {
			part = SumOf(rest[:n])
		}
		q.open(b.Epoch, at).add(rest[:n], part, b.Clock, at)
		q.length += n
		rest, sum = rest[n:], sum.Minus(part)
	}
	q.wake()
	return dropped, true
}

// hurry has patient batches wait no more, and none be taken: also where close is late, since what takes from the queue
// is stuck.
func (q *backlog) hurry() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.hurried = true
	q.emptied.Broadcast()
}

// patience is how long the queue may be with a patient batch: less than it has room for, so that the records need no
// memory of their own and are still in a processor's cache when they are taken.
func (q *backlog) patience() int { return max(q.size, min(patientChunks*q.size, q.limit/2)) }

// fits says that the newest chunk has room for records of the epoch.
func (q *backlog) fits(epoch uint32) bool {
	return q.tail != nil && len(q.tail.records) < q.size && q.tail.epoch == epoch
}

// room is how many records the chunk has room for that the next ones of the epoch go to.
func (q *backlog) room(epoch uint32) int {
	if !q.fits(epoch) {
		return q.size
	}
	return q.size - len(q.tail.records)
}

// open returns that chunk.
func (q *backlog) open(epoch uint32, at since) *chunk {
	if q.fits(epoch) {
		return q.tail
	}
	c := q.spare
	if c != nil {
		q.spare, c.next = c.next, nil
		q.spares--
	} else {
		c = &chunk{records: make([]flowtable.Record, 0, q.size)}
	}
	c.since, c.epoch = at, epoch
	if q.tail == nil {
		q.head = c
	} else {
		q.tail.next = c
	}
	q.tail = c
	return c
}

func (c *chunk) add(records []flowtable.Record, sum Sum, clock int64, at since) {
	if len(c.records) == 0 || clock > c.clock {
		c.clock, c.at = clock, at
	}
	c.records = append(c.records, records...)
	c.sum = c.sum.Plus(sum)
}

func (q *backlog) dropOldest(dropped *lost) {
	c := q.pop()
	dropped.Sum, dropped.clock = dropped.Plus(c.sum), c.clock
	q.recycle(c)
}

// pop takes the oldest chunk out.
func (q *backlog) pop() *chunk {
	c := q.head
	q.head, c.next = c.next, nil
	if q.head == nil {
		q.tail = nil
	}
	q.length -= len(c.records)
	return c
}

func (q *backlog) recycle(c *chunk) {
	if q.spares == spareChunks {
		q.left += q.size
		return
	}
	*c = chunk{records: c.records[:0], next: q.spare}
	q.spare = c
	q.spares++
}

// ask is for a flush, or for the end. It reports false when nothing is taken any more.
func (q *backlog) ask(last bool) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.last {
		return false
	}
	q.flush, q.last = true, q.last || last
	if last {
		q.emptied.Broadcast()
	}
	q.wake()
	return true
}

// wake is called with the lock held.
func (q *backlog) wake() {
	select {
	case q.woken <- struct{}{}:
	default:
	}
}

// take returns the oldest chunk, which the caller gives back, or nil. What was asked for comes with the
// last one.
func (q *backlog) take() (c *chunk, flush, last bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.head != nil {
		c = q.pop()
		if q.taken == 0 {
			q.taken = c.since
		}
		q.emptied.Broadcast()
	}
	if q.head != nil {
		q.wake()
		return c, false, false
	}
	flush, q.flush = q.flush, false
	return c, flush, q.last
}

// giveBack returns a chunk that was read.
func (q *backlog) giveBack(c *chunk) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.recycle(c)
}

// settled says since when the oldest record waits of those that were taken, 0 when none does.
func (q *backlog) settled(oldest since) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.taken = oldest
}

// oldest is since when the oldest record waits, 0 when none does.
func (q *backlog) oldest() since {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.taken == 0 && q.head != nil {
		return q.head.since
	}
	return q.taken
}

// waiting says that there are records.
func (q *backlog) waiting() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.head != nil
}

// collectable says that it is time to ask for the memory of the queue's past length, which then
// counts as done.
func (q *backlog) collectable(now since) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.left < collectRecords || q.length > spareChunks*q.size || now-q.collected < collectInterval {
		return false
	}
	q.left, q.collected = 0, now
	return true
}

// close ends it and returns what still waited.
func (q *backlog) close() lost {
	q.mu.Lock()
	defer q.mu.Unlock()
	var left lost
	for q.head != nil {
		q.dropOldest(&left)
	}
	q.closed, q.spare, q.spares = true, nil, 0
	q.emptied.Broadcast()
	return left
}
