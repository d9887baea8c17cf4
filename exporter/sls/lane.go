package sls

import (
	"context"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// forever is the wait of a lane that has nothing to do.
const forever = time.Duration(1<<63 - 1)

// lane delivers to one destination, one request at a time. All but encoder is guarded by Sender.mu.
type lane struct {
	s           *Sender
	destination spool.Destination
	woken       chan struct{}
	running     bool
	sessions    int
	hurried     int // those who wait for its end

	waiting []*parcel // live batches, the oldest first
	current *parcel   // is being sent
	until   time.Time // nothing is sent before
	resting time.Time // no spooled batch is sent before
	credit  float64   // of spooled batches, in requests
	waits   waits
	trouble trouble
	unread  unreadable

	encoder *zstd.Encoder // the goroutine's, for parts
}

func newLane(s *Sender, d spool.Destination) *lane {
	return &lane{
		s: s, destination: d, woken: make(chan struct{}, 1),
		waits: waits{float64: s.o.Random}, unread: newUnreadable(s),
	}
}

// run delivers until there is nothing more to do or the context ends.
func (l *lane) run(ctx context.Context) {
	for ctx.Err() == nil {
		p, wait := l.next()
		switch {
		case p != nil:
			l.deliver(ctx, p)
		case wait == forever && l.retire():
			return
		default:
			l.pause(ctx, wait)
		}
	}
}

func (l *lane) pause(ctx context.Context, wait time.Duration) {
	var after <-chan time.Time
	if wait < forever {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		after = timer.C
	}
	select {
	case <-ctx.Done():
	case <-l.woken:
	case <-after:
	}
}

// next takes what is to be sent next, or says how long there is nothing.
func (l *lane) next() (*parcel, time.Duration) {
	l.s.disk.Lock()
	defer l.s.disk.Unlock()
	stored := l.head()
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	if wait := l.until.Sub(l.s.o.Now()); wait > 0 {
		return nil, wait
	}
	for len(l.waiting) > 0 && l.waiting[0].gone {
		l.waiting = l.waiting[1:]
	}
	stored, idle := l.readableOf(stored)
	if len(l.waiting) > 0 && (l.credit < 1 || stored == nil) {
		l.current, l.waiting = l.waiting[0], l.waiting[1:]
		l.credit = min(l.credit+l.s.o.Share/(1-l.s.o.Share), 2)
		l.s.signal()
		return l.current, 0
	}
	if stored == nil {
		return nil, idle
	}
	if wait := l.resting.Sub(l.s.o.Now()); wait > 0 && len(l.waiting) == 0 {
		return nil, wait
	}
	l.credit = max(0, l.credit-1)
	l.current = stored
	return stored, 0
}

// head is the oldest batch that is on disk alone. It is called with disk held, and without mu: no lock
// that Put needs is held while a disk may be slow.
func (l *lane) head() *parcel {
	if l.s.o.Spool == nil {
		return nil
	}
	for after := spool.ID(0); ; {
		e, ok := l.s.o.Spool.Next(l.destination, after)
		if !ok {
			return nil
		}
		l.s.mu.Lock()
		p := l.s.adopt(e)
		live := p.live
		l.s.mu.Unlock()
		if !live {
			return p
		}
		after = e.ID
	}
}

// retire ends a lane that nobody needs; it reports false where somebody does.
func (l *lane) retire() bool {
	l.s.disk.Lock()
	defer l.s.disk.Unlock()
	stored := l.head()
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	if l.sessions > 0 || len(l.waiting) > 0 || stored != nil {
		return false
	}
	l.running = false
	delete(l.s.lanes, l.destination)
	return true
}

// push puts a live batch behind the others. It is called with the lock held.
func (l *lane) push(p *parcel) {
	p.live = true
	l.waiting = append(l.waiting, p)
}

// blocked says whether new batches go to disk at once, as the lane waits before it tries again. Where it
// can't read what is there, it needs them to try with. It is called with the lock held.
func (l *lane) blocked() bool { return !l.trouble.since.IsZero() && l.unread.since.IsZero() }

// block waits after a failure. It is called with the lock held.
func (l *lane) block(v Verdict) {
	wait := l.waits.next(v)
	if l.hurried > 0 {
		wait = min(wait, shutdownWait)
	}
	l.until = l.s.o.Now().Add(wait)
}

// hurry makes the lane try soon, and often. It is called with the lock held.
func (l *lane) hurry() {
	l.hurried++
	soon := l.s.o.Now().Add(shutdownWait)
	for _, until := range []*time.Time{&l.until, &l.unread.until} {
		if until.After(soon) {
			*until = soon
		}
	}
	l.s.wake(l)
}
