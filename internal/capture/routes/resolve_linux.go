package routes

import (
	"context"
	"net/netip"
	"slices"
	"time"
)

// pending stands for an answer that is not there yet. No interface has that index.
const pending = ^uint32(0)

// Lookup answers from the cache alone. ok is false where it does not know; ifIndex 0 is an answer,
// too.
func (t *Table) Lookup(dst netip.Addr) (ifIndex uint32, ok bool) {
	dst = dst.Unmap()
	if !asked(dst) {
		return 0, true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.get(dst, time.Now())
}

// Resolve fills out, as long as dst, with the interfaces by which packets to these destinations
// leave, 0 where they don't or where that is not known within the limits of Options. It waits no longer
// than Options.Wait.
func (t *Table) Resolve(dst []netip.Addr, out []uint32) {
	unknown := t.fromCache(dst, out)
	if len(unknown) == 0 {
		return
	}
	r := &request{unknown, slices.Repeat([]uint32{pending}, len(unknown)), make(chan struct{})}
	answered := t.wait(r)
	unresolved := uint64(0)
	for i, index := range out[:len(dst)] {
		if index != pending {
			continue
		}
		if out[i] = r.answer(dst[i].Unmap(), answered); out[i] == pending {
			out[i] = 0
			unresolved++
		}
	}
	t.mu.Lock()
	t.counters.Unresolved += unresolved
	t.mu.Unlock()
}

// fromCache fills in what is known, and pending for the rest, of which it returns as much as may be
// asked for.
func (t *Table) fromCache(dst []netip.Addr, out []uint32) (unknown []netip.Addr) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, d := range dst {
		d = d.Unmap()
		if out[i] = 0; !asked(d) {
			continue
		}
		known := false
		if out[i], known = t.get(d, now); !known {
			out[i] = pending
			unknown = t.want(unknown, d)
		}
	}
	return unknown
}

// get asks the cache. It is called with the lock held.
func (t *Table) get(dst netip.Addr, now time.Time) (ifIndex uint32, ok bool) {
	ifIndex, ok = t.cache.get(dst, now)
	if ok {
		t.counters.Hits++
	}
	return ifIndex, ok
}

// want adds a destination, once, where there is room.
func (t *Table) want(unknown []netip.Addr, dst netip.Addr) []netip.Addr {
	if len(unknown) >= t.options.Queries || slices.Contains(unknown, dst) {
		return unknown
	}
	return append(unknown, dst)
}

// answer is what came for a destination, pending where nothing did.
func (r *request) answer(dst netip.Addr, answered bool) uint32 {
	if !answered {
		return pending
	}
	if i := slices.Index(r.destinations, dst); i >= 0 {
		return r.answers[i]
	}
	return pending
}

// wait gives a request to Run and waits for it. Where it is not done in time nobody waits any more
// until it is.
func (t *Table) wait(r *request) (answered bool) {
	if t.late.Load() {
		return false
	}
	timer := time.NewTimer(t.options.Wait)
	defer timer.Stop()
	select {
	case t.requests <- r:
	case <-timer.C: // others' requests took the time
		return false
	}
	select {
	case <-r.done:
		return true
	case <-timer.C:
	}
	t.late.Store(true)
	select {
	case <-r.done: // just now: nobody else says that it is late no more
		t.late.Store(false)
		return true
	default:
		return false
	}
}

// serve answers requests until the context ends. Before and after, nobody waits.
func (t *Table) serve(ctx context.Context) {
	t.late.Store(false)
	defer t.late.Store(true)
	for {
		select {
		case <-ctx.Done():
			return
		case r := <-t.requests:
			t.resolve(r)
			close(r.done)
			t.late.Store(false) // after done: see wait
		}
	}
}

// resolve asks the kernel.
func (t *Table) resolve(r *request) {
	for i, dst := range r.destinations {
		t.mu.Lock()
		generation := t.generation
		t.counters.Queries++
		t.mu.Unlock()
		ifIndex, err := t.ask(dst)
		if err != nil {
			continue // not an answer: counted as unresolved, and asked for again by the next
		}
		r.answers[i] = ifIndex
		t.keep(dst, ifIndex, generation)
	}
}

// keep puts an answer into the cache, unless that was emptied since it was asked for.
func (t *Table) keep(dst netip.Addr, ifIndex uint32, generation uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if generation == t.generation {
		t.cache.put(dst, ifIndex, time.Now())
	}
}

// watch empties the cache when notifications come, until the context ends.
func (t *Table) watch(ctx context.Context) {
	for {
		if _, err := t.events.Wait(ctx, 0); err != nil {
			return
		}
		t.flush()
		came, err := t.events.Settle(ctx, settle)
		if err != nil {
			return
		}
		if came {
			t.flush()
		}
	}
}

// flush forgets all answers.
func (t *Table) flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cache.clear()
	t.generation++
	t.counters.Flushes++
}

// Counters returns what the Table did so far.
func (t *Table) Counters() Counters {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counters
}
