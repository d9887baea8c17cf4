package agent

import (
	"context"
	"time"

	"github.com/sagflow/sagflow/flowtable"
)

// pace maps packet time to the wall clock for --speed.
type pace struct {
	speed   float64
	now     func() time.Time
	start   time.Time
	first   int64 // packet time at start
	started bool
}

// shortWait is not worth a sleep: timers are no finer, and the next packet's wait makes up for it.
const shortWait = 500 * time.Microsecond

// until returns how long the packet of time t must still wait.
func (p *pace) until(t int64) time.Duration {
	if !p.started {
		p.started, p.start, p.first = true, p.now(), t
	}
	return time.Duration(float64(t-p.first)/p.speed) - p.now().Sub(p.start)
}

// at returns the packet time that the wall clock has reached.
func (p *pace) at() int64 {
	return p.first + int64(float64(p.now().Sub(p.start))*p.speed)
}

// sleep waits for d, until ctx ends, or until a visit has been.
func sleep(ctx context.Context, d time.Duration, asked <-chan visit) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case one := <-asked:
		one.receive()
	case <-ctx.Done():
	}
}

// wait holds the packet of time t back as long as --speed says. Meanwhile the aging clock goes on
// with the wall clock, so that idle flows leave in time and not with the next packet. Records are
// the same as without: the packet would have moved the clock over the same ticks.
func (r *Replay) wait(ctx context.Context, t int64) {
	if r.pace.until(t) < shortWait {
		return
	}
	r.lanes.each(job{clock: r.aging.Now(), send: true})
	_ = r.outputs.group.Flush(ctx)
	for ctx.Err() == nil {
		left := r.pace.until(t)
		if left <= 0 {
			return
		}
		sleep(ctx, min(left, max(time.Duration(float64(flowtable.Tick)/r.pace.speed), 10*time.Millisecond)), r.visits.asked)
		now := min(r.pace.at(), t)
		if now <= r.aging.Now() {
			continue
		}
		crossed := r.aging.Observe(now)
		r.clockNow.Store(now)
		if crossed {
			r.lanes.each(job{clock: r.aging.Now(), tick: true, send: true})
			_ = r.outputs.group.Flush(ctx)
		}
	}
}
