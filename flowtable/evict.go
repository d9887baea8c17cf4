package flowtable

import "slices"

// candidate is a flow that may be the oldest idle one.
type candidate struct {
	last int64
	born uint64
	slot uint32
}

func (c candidate) before(d candidate) bool {
	return c.last < d.last || c.last == d.last && c.born < d.born
}

func (c candidate) compare(d candidate) int {
	if c.before(d) {
		return -1
	}
	if d.before(c) {
		return 1
	}
	return 0
}

// evictor finds the flow whose last packet is the oldest. It costs nothing until the table is full:
// then one pass over the entries collects the oldest quarter, sorted, which serves until it is used
// up. Flows of it that got another packet since, and records that began meanwhile at an older time, stand
// in a heap beside it. Every flow that is not after the threshold is in one of the two, under a time not after its last
// packet's.
//
// One heap of all cost a flood of new flows 200 ns a packet, for taking the first of 15,000 out each time (a sixteenth); and in a
// flood the pass finds them in their order, so that sorting is one look at each.
type evictor struct {
	sorted    []candidate // what is left of the pass
	area      []candidate // its memory
	heap      []candidate
	threshold candidate // its slot says nothing
	most      int       // candidates in the heap
}

const (
	evictShare   = 4    // one pass looks for this part of the flows: the more, the fewer passes
	evictSamples = 1024 // by a sample of so many
)

// began tells the evictor of a new record.
//
// Candidates of ended records leave only when a flow is looked for. Before they fill memory all are
// forgotten: the next search collects them anew.
func (v *evictor) began(slot uint32, born uint64, last int64) {
	if last > v.threshold.last || v.empty() {
		return
	}
	if len(v.heap) >= v.most {
		v.forget()
		return
	}
	if c := (candidate{last, born, slot}); !v.threshold.before(c) {
		v.push(c)
	}
}

func (v *evictor) empty() bool { return len(v.sorted) == 0 && len(v.heap) == 0 }

func (v *evictor) forget() { v.sorted, v.heap = nil, v.heap[:0] }

// oldest returns the flow with the smallest last time, of several the one whose record began first.
// There must be a flow.
func (s *Shard) oldest() uint32 {
	v := &s.evictor
	for {
		if v.empty() {
			s.collect()
		}
		c := v.take()
		now := s.candidate(c.slot)
		switch {
		case now.born != c.born: // its record ended
		case now.last == c.last:
			return c.slot
		case !v.threshold.before(now):
			v.push(now)
		}
	}
}

func (s *Shard) candidate(slot uint32) candidate {
	return candidate{s.slab.entries[slot].last, s.slab.born[slot], slot}
}

// take takes the first candidate out. There must be one.
func (v *evictor) take() candidate {
	if len(v.sorted) > 0 && (len(v.heap) == 0 || v.sorted[0].before(v.heap[0])) {
		c := v.sorted[0]
		v.sorted = v.sorted[1:]
		return c
	}
	c := v.heap[0]
	v.pop()
	return c
}

// collect finds the oldest flows by a pass over the entries.
func (s *Shard) collect() {
	v := &s.evictor
	v.threshold = s.sampleThreshold()
	v.area = slices.Grow(v.area[:0], s.counters.Flows/evictShare*5/4)
	for slot := range s.slab.used {
		if s.slab.entries[slot].packets == 0 {
			continue
		}
		if c := s.candidate(slot); !v.threshold.before(c) {
			v.area = append(v.area, c)
		}
	}
	slices.SortFunc(v.area, candidate.compare)
	v.sorted = v.area
}

// foresee reads what evicting as many flows as there are new ones ahead is going to need: with all that at
// once the cache misses overlap. In a flood of new flows that is 250 ns a packet.
func (s *Shard) foresee(ahead []lookup) {
	fresh := 0
	for i := range ahead {
		if ahead[i].slot == noSlot {
			fresh++
		}
	}
	if s.counters.Flows+fresh <= s.maxFlows {
		return
	}
	sum := s.touched
	some := s.evictor.sorted[:min(fresh, len(s.evictor.sorted))]
	for i := range some {
		sum += s.slab.entries[some[i].slot].packets
	}
	for i := range some {
		sum += s.index.words[s.index.place(s.tagOf(&s.slab.entries[some[i].slot]))]
	}
	s.touched = sum
}

// sampleThreshold returns a candidate such that about one in evictShare flows is not after it, and at
// least one is. The sample is drawn at random: nobody outside can aim at a slot, and so at a pass that
// collects all flows, or next to none.
func (s *Shard) sampleThreshold() candidate {
	var sample [evictSamples]candidate
	n := 0
	for draw := uint64(1); n < evictSamples && draw <= 2*evictSamples; draw++ {
		random := mix(s.seed^s.births, draw*0x9e3779b97f4a7c15)
		slot := uint32(random >> 32 * uint64(s.slab.used) >> 32)
		if s.slab.entries[slot].packets != 0 {
			sample[n] = s.candidate(slot)
			n++
		}
	}
	if n == 0 {
		return candidate{last: never, born: ^uint64(0)}
	}
	slices.SortFunc(sample[:n], candidate.compare)
	return sample[n/evictShare]
}

func (v *evictor) push(c candidate) {
	v.heap = append(v.heap, c)
	for i := len(v.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !v.heap[i].before(v.heap[up]) {
			return
		}
		v.heap[i], v.heap[up] = v.heap[up], v.heap[i]
		i = up
	}
}

func (v *evictor) pop() {
	n := len(v.heap) - 1
	v.heap[0] = v.heap[n]
	v.heap = v.heap[:n]
	v.sink(0)
}

func (v *evictor) sink(i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(v.heap); c++ {
			if v.heap[c].before(v.heap[least]) {
				least = c
			}
		}
		if least == i {
			return
		}
		v.heap[i], v.heap[least] = v.heap[least], v.heap[i]
		i = least
	}
}
