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

// evictor finds the flow whose last packet is the oldest. It costs nothing until the table is full:
// then one pass over the entries collects the oldest sixteenth as a heap, which serves until it is
// used up. Every flow whose last packet is not after the threshold is in the heap, under a time not
// after its last packet's.
type evictor struct {
	heap      []candidate
	threshold int64
	most      int // candidates; more than there can be flows
}

const (
	evictShare   = 16   // one pass looks for this part of the flows
	evictSamples = 1024 // by a sample of so many
)

// began tells the evictor of a new record.
//
// Candidates of ended records leave only when a flow is looked for. Before they fill memory the heap
// is forgotten: the next search collects it anew.
func (v *evictor) began(slot uint32, born uint64, last int64) {
	if len(v.heap) == 0 || last > v.threshold {
		return
	}
	if len(v.heap) >= v.most {
		v.heap = v.heap[:0]
		return
	}
	v.push(candidate{last, born, slot})
}

// oldest returns the flow with the smallest last time, of several the one whose record began first.
// There must be a flow.
func (s *Shard) oldest() uint32 {
	v := &s.evictor
	for {
		if len(v.heap) == 0 {
			s.collect()
		}
		c := v.heap[0]
		switch last := s.slab.entries[c.slot].last; {
		case s.slab.born[c.slot] != c.born: // its record ended
			v.pop()
		case last == c.last:
			v.pop()
			return c.slot
		case last > v.threshold:
			v.pop()
		default:
			v.heap[0].last = last
			v.sink(0)
		}
	}
}

// collect fills the heap by a pass over the entries.
func (s *Shard) collect() {
	v := &s.evictor
	v.threshold = s.sampleThreshold()
	for slot := range s.slab.used {
		e := &s.slab.entries[slot]
		if e.packets != 0 && e.last <= v.threshold {
			v.heap = append(v.heap, candidate{e.last, s.slab.born[slot], slot})
		}
	}
	for i := len(v.heap)/2 - 1; i >= 0; i-- {
		v.sink(i)
	}
}

// sampleThreshold returns a time such that about one in evictShare flows is not after it, and at
// least one is.
func (s *Shard) sampleThreshold() int64 {
	var sample [evictSamples]int64
	n, step := 0, max(1, s.slab.used/evictSamples)
	for slot := uint32(0); slot < s.slab.used && n < evictSamples; slot += step {
		if e := &s.slab.entries[slot]; e.packets != 0 {
			sample[n] = e.last
			n++
		}
	}
	if n == 0 {
		return never
	}
	slices.Sort(sample[:n])
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
