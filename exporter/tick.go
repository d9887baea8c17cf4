package exporter

import "time"

// ticker wakes a session: more often while records wait for their datagram to fill up, and else seldom, so
// that a process without traffic sleeps.
type ticker struct {
	*time.Ticker
	idle, waiting time.Duration
	waits         bool
}

func newTicker(o *SessionOptions) *ticker {
	t := &ticker{idle: o.Tick, waiting: o.Tick}
	if o.MaxDelay > 0 {
		t.waiting = min(o.MaxDelay, o.Tick)
	}
	t.Ticker = time.NewTicker(t.idle)
	return t
}

// follow is told whether records wait.
func (t *ticker) follow(waits bool) {
	if waits == t.waits {
		return
	}
	t.waits = waits
	if t.waiting == t.idle {
		return
	}
	if waits {
		t.Reset(t.waiting)
	} else {
		t.Reset(t.idle)
	}
}
