package flowtable

// The timing wheel: buckets of flows, one a tick, chained both ways through their entries.
//
// A flow stands in the bucket of the tick at which it will be looked at, which is never after the
// tick at which it falls due. Packets don't move it: when its bucket comes up and the flow isn't
// due, it is filed anew. So a packet costs the wheel nothing, where an LRU list costs two more
// cache misses.
const (
	wheelBuckets = 1024            // 512 s; what is due later is filed anew on the way
	walkBucket   = wheelBuckets    // holds the bucket that is being looked through
	headMark     = uint32(1) << 31 // marks a prev that is the number of a bucket
)

type wheel struct {
	heads   [wheelBuckets + 1]uint32
	turned  int64 // the tick up to which the wheel has been told to turn
	visited int64 // the tick whose bucket was last taken up, at most turned
	started bool
}

func (w *wheel) open() {
	for i := range w.heads {
		w.heads[i] = noSlot
	}
}

// start sets the wheel to the time of the first packet.
func (w *wheel) start(t int64) {
	w.started = true
	w.turned = floorDiv(t, Tick)
	w.visited = w.turned
}

// dueAt returns the time at which a flow falls due, never where no limit applies.
func (s *Shard) dueAt(e *entry) int64 {
	due := never
	if s.inactive != never {
		due = e.last + s.inactive
	}
	if s.active != never {
		due = min(due, e.first+s.active)
	}
	return due
}

// file puts an entry into the bucket of the first whole tick at or after due, but no further ahead
// than the wheel reaches and no earlier than the next tick.
func (s *Shard) file(slot uint32, due int64) {
	tick := s.wheel.turned + wheelBuckets - 1
	if due < (tick-1)*Tick {
		tick = max(-floorDiv(-due, Tick), s.wheel.turned+1)
	}
	s.chain(slot, uint32(tick&(wheelBuckets-1)))
}

func (s *Shard) chain(slot, bucket uint32) {
	e := &s.slab.entries[slot]
	e.next, e.prev = s.wheel.heads[bucket], headMark|bucket
	if e.next != noSlot {
		s.slab.entries[e.next].prev = slot
	}
	s.wheel.heads[bucket] = slot
}

func (s *Shard) unchain(slot uint32) {
	e := &s.slab.entries[slot]
	if e.prev&headMark != 0 {
		s.wheel.heads[e.prev&^headMark] = e.next
	} else {
		s.slab.entries[e.prev].next = e.next
	}
	if e.next != noSlot {
		s.slab.entries[e.next].prev = e.prev
	}
}

// Advance tells the shard that the aging clock has crossed a whole tick and is at now. Expire then
// hands out what has fallen due; it must be called until it is done before more packets are added,
// unless no packet is older than the clock.
func (s *Shard) Advance(now int64) {
	w := &s.wheel
	if s.active == never && s.inactive == never {
		return // nothing ever falls due: the wheel stands still
	}
	if tick := floorDiv(now, Tick); w.started && tick > w.turned {
		w.turned = tick
	}
}

// Expire appends records that are due at the last tick of Advance to ended, as long as it has room,
// and reports whether there may be more.
func (s *Shard) Expire(ended []Record) ([]Record, bool) {
	w := &s.wheel
	for {
		for slot := w.heads[walkBucket]; slot != noSlot; slot = w.heads[walkBucket] {
			if len(ended) == cap(ended) {
				return ended, true
			}
			ended = s.visit(slot, ended)
		}
		if s.counters.Flows == 0 {
			w.visited = w.turned // nothing to look through, however far the clock jumped
		}
		if w.visited >= w.turned {
			return ended, false
		}
		// After a jump over more than the wheel's length each bucket is looked through once.
		w.visited = max(w.visited+1, w.turned-wheelBuckets+1)
		s.takeUp(uint32(w.visited & (wheelBuckets - 1)))
	}
}

// takeUp moves a bucket's chain to the bucket that is looked through.
func (s *Shard) takeUp(bucket uint32) {
	w := &s.wheel
	head := w.heads[bucket]
	w.heads[bucket], w.heads[walkBucket] = noSlot, head
	if head != noSlot {
		s.slab.entries[head].prev = headMark | walkBucket
	}
}

// visit ends the flow if it is due at the turned tick, and files it anew if not.
func (s *Shard) visit(slot uint32, ended []Record) []Record {
	s.unchain(slot)
	e := &s.slab.entries[slot]
	if due := s.dueAt(e); due > s.wheel.turned*Tick {
		s.file(slot, due)
		return ended
	}
	ended = s.end(e, ended, s.dueReason(e))
	s.forget(slot)
	return ended
}
