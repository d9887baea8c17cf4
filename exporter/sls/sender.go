package sls

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// SpoolName is the name of the counters of what the spool had before.
const SpoolName = "SLS spool"

// Sender takes batches to their destinations: those of its sessions, and those that the spool holds
// from earlier runs and from sessions that have ended. It outlives its sessions, so that a change of
// the FlowLog waits for nothing. Each destination has its own goroutine, waits and state.
type Sender struct {
	o      SenderOptions
	number atomic.Uint64

	// disk makes one step of what is done to the spool and to known. It is taken before mu.
	disk sync.Mutex

	mu       sync.Mutex
	ctx      context.Context //nolint:containedctx // Run's, for lanes that begin later; nil before
	stop     context.CancelFunc
	workers  sync.WaitGroup
	lanes    map[spool.Destination]*lane
	known    map[spool.ID]*parcel // all that is queued in the spool
	earlier  ledger
	drops    spool.Drops   // of the spool, as far as they are in ledgers
	changed  chan struct{} // closed when a ledger or a lane has changed
	sessions int
	hurried  int // calls of Finish that wait for everything
	saidDisk bool
	quiet    quiet // for what is said of the disk
	finished bool
	ended    chan struct{} // closed when Run ended
	// onStored is told of each batch that the spool has taken; nil for nobody.
	onStored func(*spool.Batch)
}

// NewSender makes a sender. It does nothing before Run, but the spool's batches are counted.
func NewSender(o SenderOptions) (*Sender, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	s := &Sender{
		o: o, lanes: make(map[spool.Destination]*lane), known: make(map[spool.ID]*parcel),
		changed: make(chan struct{}), ended: make(chan struct{}),
	}
	s.earlier.c.Output = SpoolName
	s.openBooks()
	s.reconcile()
	return s, nil
}

// openBooks counts what the spool found to be damaged or too old when it was opened.
func (s *Sender) openBooks() {
	if s.o.Spool == nil {
		return
	}
	s.drops = s.o.Spool.Stats().Dropped
	c := &s.earlier.c
	c.Recovered = s.drops.Total().Sum
	c.Dropped[exporter.DropSpoolFull] = s.drops.Full.Sum
	c.Dropped[exporter.DropTooOld] = s.drops.TooOld.Sum
	c.Dropped[exporter.DropDamaged] = s.drops.Damaged.Sum
	c.Dropped[exporter.DropOperator] = s.drops.Operator.Sum
}

// Boot is the name of this start in the batches.
func (s *Sender) Boot() string { return s.o.Boot }

// Counters is what became of batches that the spool had at the start, that sessions left there when
// they ended, or that were queued again after they had been set aside: Recovered is their sum.
func (s *Sender) Counters() exporter.Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.earlier.counters()
}

// Run delivers until the context or Finish ends it. It also does the spool's work that time asks for.
// It always returns nil.
func (s *Sender) Run(ctx context.Context) error {
	if ctx, ok := s.begin(ctx); ok {
		s.work(ctx)
	}
	return nil
}

// Start is Run in a goroutine of its own. When it returns, a Finish waits for delivery: one that comes
// before Run does not, as nobody delivers.
func (s *Sender) Start(ctx context.Context) {
	if ctx, ok := s.begin(ctx); ok {
		go s.work(ctx)
	}
}

// begin lets lanes run; it returns false where that is so already or over.
func (s *Sender) begin(ctx context.Context) (context.Context, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx != nil || s.finished {
		return nil, false
	}
	s.ctx, s.stop = context.WithCancel(ctx)
	for _, l := range s.lanes {
		s.start(l)
	}
	return s.ctx, true
}

// work looks at the spool until the context ends, and waits for the lanes.
func (s *Sender) work(ctx context.Context) {
	defer close(s.ended)
	tick := time.NewTicker(senderTick)
	defer tick.Stop()
	for s.look(); ctx.Err() == nil; s.look() {
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	s.mu.Lock()
	s.finished = true // no lane begins any more
	s.signal()
	s.mu.Unlock()
	s.workers.Wait()
}

// look maintains the spool and begins lanes for what is in it.
func (s *Sender) look() {
	if s.o.Spool == nil {
		return
	}
	_ = s.o.Spool.Maintain()
	s.reconcile()
	for _, d := range s.o.Spool.Destinations() {
		s.mu.Lock()
		s.wake(s.lane(d))
		s.mu.Unlock()
	}
}

// Finish waits until all is delivered that the spool has, at most for ShutdownTimeout and until ctx or
// Run's context ends, and then ends Run. Sessions are finished before. The error is a *LeftError where
// something stays in the spool.
func (s *Sender) Finish(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.ShutdownTimeout)
	defer cancel()
	s.hurry()
	s.await(ctx.Done(), func() bool { return len(s.known) == 0 || s.ctx == nil || s.finished })
	s.mu.Lock()
	s.finished = true
	running := s.stop != nil
	if running {
		s.stop()
	}
	s.mu.Unlock()
	if running {
		<-s.ended
	}
	s.reconcile()
	s.mu.Lock()
	defer s.mu.Unlock()
	left := exporter.Sum{}
	for _, p := range s.known {
		left = left.Plus(p.sum)
	}
	if left.Records > 0 {
		return fmt.Errorf("deliver what is in the spool: %w", &LeftError{Output: SpoolName, Spooled: left})
	}
	return nil
}

// hurry makes all lanes try soon.
func (s *Sender) hurry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hurried++
	for _, l := range s.lanes {
		l.hurry()
	}
}

// await waits for a condition, which is looked at with the lock held, or until stop is closed.
func (s *Sender) await(stop <-chan struct{}, done func() bool) {
	for {
		s.mu.Lock()
		ok, changed := done(), s.changed
		s.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-stop:
			return
		}
	}
}

// signal is called with the lock held when a ledger or lane has changed.
func (s *Sender) signal() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// lane returns the lane of a destination. It is called with the lock held.
func (s *Sender) lane(d spool.Destination) *lane {
	l := s.lanes[d]
	if l == nil {
		l = newLane(s, d)
		s.lanes[d] = l
		if s.hurried > 0 {
			l.hurried++
		}
	}
	return l
}

// start begins a lane's goroutine where it has none. It is called with the lock held.
func (s *Sender) start(l *lane) {
	if s.ctx == nil || s.finished || l.running {
		return
	}
	l.running = true
	ctx := s.ctx
	s.workers.Go(func() { l.run(ctx) })
}

// wake tells a lane that there is something to do. It is called with the lock held.
func (s *Sender) wake(l *lane) {
	s.start(l)
	select {
	case l.woken <- struct{}{}:
	default:
	}
}
