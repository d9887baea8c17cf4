package sls

import (
	"slices"
	"sync"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
)

// intake is what waits between Put and a session's goroutine. It is bounded in records, and copies them:
// where packets come in real time a batch may have one record, and all batches are as large in memory.
type intake struct {
	limit int
	woken chan struct{} // has an element when there is something to take

	mu      sync.Mutex
	records []flowtable.Record
	flush   bool // the open batch is to be closed behind them
	last    bool // nothing follows
	closed  bool // nothing is taken any more
	room    chan struct{}
	moved   time.Time // when something was taken, or the first record came
}

func newIntake(limit int) *intake {
	return &intake{limit: limit, woken: make(chan struct{}, 1), room: make(chan struct{})}
}

// admission is what becomes of records that are put.
type admission uint8

const (
	admitted admission = iota
	noRoom
	over
)

// put copies records in, all or none. With noRoom come a channel that is closed when there may be room, and
// since when nothing was taken.
func (q *intake) put(records []flowtable.Record) (a admission, room <-chan struct{}, still time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed || q.last:
		return over, nil, q.moved
	case len(q.records) > 0 && len(q.records)+len(records) > q.limit:
		return noRoom, q.room, q.moved
	}
	if len(q.records) == 0 {
		q.moved = time.Now()
	}
	q.records = append(q.records, records...)
	q.wake()
	return admitted, nil, q.moved
}

// ask is for a flush, or for the end.
func (q *intake) ask(last bool) admission {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return over
	}
	q.flush, q.last = true, q.last || last
	q.wake()
	return admitted
}

// wake is called with the lock held.
func (q *intake) wake() {
	select {
	case q.woken <- struct{}{}:
	default:
	}
}

// take returns all that waits; spare's memory is used for what comes next.
func (q *intake) take(spare []flowtable.Record) (records []flowtable.Record, flush, last bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	records, flush, last = q.records, q.flush, q.last
	q.records, q.flush, q.moved = spare[:0], false, time.Now()
	close(q.room)
	q.room = make(chan struct{})
	return records, flush, last
}

// close ends it; what then still waits is the caller's.
func (q *intake) close() exporter.Sum {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	left := exporter.SumOf(q.records)
	q.records = slices.Clip(q.records[:0])
	close(q.room)
	q.room = make(chan struct{})
	return left
}
