package smartag

import (
	"sync/atomic"
	"time"
)

// sameTime is how far two offsets may be apart that mean the same: the Date header counts whole seconds.
const sameTime = 2 * time.Second

// clock tells the API's time: ours plus an offset that is learnt from an answer. Any goroutine may use it.
type clock struct {
	ours   func() time.Time
	offset atomic.Int64
}

// now is the API's time.
func (c *clock) now() time.Time { return c.ours().Add(c.known()) }

// known is the API's clock minus ours.
func (c *clock) known() time.Duration { return time.Duration(c.offset.Load()) }

// learn takes the API's time from the Date of an answer that just came, and says whether that is news.
func (c *clock) learn(date time.Time) bool {
	if date.IsZero() {
		return false
	}
	offset := date.Sub(c.ours())
	news := (offset - c.known()).Abs() > sameTime
	if news {
		c.offset.Store(int64(offset))
	}
	return news
}
