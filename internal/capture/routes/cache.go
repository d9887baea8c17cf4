package routes

import (
	"net/netip"
	"time"
)

// cache keeps answers. It has two halves: answers are put into the young one; when that is full the
// old one is dropped and the young one becomes the old. What is looked up in the old half is put
// into the young one again, so that what is in use stays; the young one is asked first.
type cache struct {
	half       int
	expiry     time.Duration
	young, old map[netip.Addr]answer
}

// answer is what the kernel said, until when it is taken for true.
type answer struct {
	ifIndex uint32
	until   time.Time
}

// newCache is a cache of at most so many entries, 2 or more.
func newCache(entries int, expiry time.Duration) *cache {
	c := &cache{half: entries / 2, expiry: expiry}
	c.clear()
	return c
}

// get returns what is known of a destination.
func (c *cache) get(dst netip.Addr, now time.Time) (ifIndex uint32, ok bool) {
	a, ok := c.young[dst]
	if !ok {
		if a, ok = c.old[dst]; ok && now.Before(a.until) {
			c.keep(dst, a)
		}
	}
	if !ok || !now.Before(a.until) {
		return 0, false
	}
	return a.ifIndex, true
}

// put keeps an answer.
func (c *cache) put(dst netip.Addr, ifIndex uint32, now time.Time) {
	c.keep(dst, answer{ifIndex, now.Add(c.expiry)})
}

func (c *cache) keep(dst netip.Addr, a answer) {
	if _, there := c.young[dst]; !there && len(c.young) >= c.half {
		c.old, c.young = c.young, make(map[netip.Addr]answer, c.half)
	}
	c.young[dst] = a
}

// clear forgets all.
func (c *cache) clear() {
	c.young = make(map[netip.Addr]answer)
	c.old = nil
}

// len is how many answers there are, expired ones included.
func (c *cache) len() int { return len(c.young) + len(c.old) }
