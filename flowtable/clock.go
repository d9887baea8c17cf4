package flowtable

// Tick is the step of the timing wheels in nanoseconds: a due record leaves the table when the
// aging clock crosses the next whole tick.
const Tick = int64(500e6)

// Clock is the aging clock: the running maximum of the times of an input. One clock serves all
// shards, so that their wheels turn at the same positions of the input. The zero value is ready.
type Clock struct {
	now, next int64 // next is the first whole tick after now
	started   bool
}

// Observe moves the clock to the time of the input's next packet and reports whether it crossed a
// whole tick: then the packets before this one are added first, every shard is advanced to Now, and
// the packet comes after that.
func (c *Clock) Observe(t int64) bool {
	if t < c.next && c.started {
		c.now = max(c.now, t)
		return false
	}
	crossed := c.started
	c.started = true
	c.now = t
	c.next = (floorDiv(t, Tick) + 1) * Tick
	return crossed
}

// Now returns the clock in nanoseconds since 1970, 0 before the first packet.
func (c *Clock) Now() int64 { return c.now }
