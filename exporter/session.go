package exporter

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sagflow/sagflow/flowtable"
)

// Session exports to one collector: its own encoder with its own templates and sequence numbers,
// its own transport, pacing and counters. It is an Output.
type Session struct {
	options SessionOptions
	encoder Encoder
	sink    Sink

	born     time.Time // moments count from here
	queue    chan item // nil where there is a backlog
	backlog  *backlog  // nil unless QueueRecords is set
	collect  func()    // debug.FreeOSMemory; tests replace it
	started  atomic.Bool
	saidFull atomic.Bool
	aborted  chan struct{} // closed when waiting is over: what is left is dropped
	abort    func()
	done     chan struct{} // closed when Run ended

	mu       sync.Mutex // guards counters, notSent; taken per datagram and per batch
	counters Counters
	notSent  interval

	// The rest belongs to Run's goroutine.
	pending  []flowtable.Record // records without a datagram, from head on
	head     int
	waits    waits
	buffer   []byte
	train    train
	limit    int // octets of payload
	capacity int // records that fill a datagram of limit octets
	idled    int // datagrams in a row without progress
	clock    reading
	clocked  bool       // clock has a value
	split    DropReason // fate so far of the record of which parts were sent
	pacer    pacer
	trouble  trouble
}

// interval is the aging clock at a first and a last event, 0 where there was none.
type interval struct{ first, last int64 }

var _ Output = (*Session)(nil)

// NewSession makes a session out of the encoder that newEncoder makes and the sink, which belongs
// to the session unless an error is returned. The encoder gets options.Encoder with the session's
// own Statistics. It is an error if the sink's limit is below what the encoder needs.
func NewSession(newEncoder func(EncoderOptions) (Encoder, error), sink Sink, options SessionOptions) (*Session, error) {
	o, err := options.complete(sink)
	if err != nil {
		return nil, err
	}
	s := &Session{
		options: o, sink: sink, limit: sink.Limit(), born: time.Now(),
		aborted: make(chan struct{}), done: make(chan struct{}),
	}
	if o.QueueRecords > 0 {
		s.backlog, s.collect = newBacklog(o.QueueRecords), debug.FreeOSMemory
	} else {
		s.queue = make(chan item, o.Queue)
	}
	s.abort = sync.OnceFunc(func() {
		close(s.aborted)
		if s.backlog != nil {
			s.backlog.hurry()
		}
	})
	eo := o.Encoder
	eo.Statistics = s.statistics
	if s.encoder, err = newEncoder(eo); err != nil {
		return nil, fmt.Errorf("make encoder for collector %q: %w", sink, err)
	}
	if least := s.encoder.MinLimit(); s.limit < least {
		return nil, fmt.Errorf("datagrams to collector %q hold %d octets of payload: this version needs %d, raise the MTU by %d",
			sink, s.limit, least, least-s.limit)
	}
	s.counters.Output = o.Name
	s.buffer = make([]byte, 0, s.limit)
	s.resize()
	s.setTrain()
	return s, nil
}

// resize follows a change of limit.
func (s *Session) resize() {
	s.capacity = max(1, s.encoder.Capacity(s.limit))
	s.pacer.set(s.options.Rate, s.capacity)
	s.mu.Lock()
	s.counters.PayloadLimit = s.limit
	s.mu.Unlock()
}

// Name implements Output.
func (s *Session) Name() string { return s.options.Name }

// Counters implements Output.
func (s *Session) Counters() Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.counters
	c.Queued = c.Put.Minus(c.Settled())
	return c
}

// Run implements Output.
func (s *Session) Run(ctx context.Context) error {
	if !s.started.CompareAndSwap(false, true) {
		<-s.done
		return nil
	}
	defer context.AfterFunc(ctx, s.abort)()
	s.work()
	if !s.isAborted() || s.Counters().Put.Records > 0 {
		s.end() // else nothing was ever asked of it: its collector need not hear of it
	}
	err := s.sink.Close()
	close(s.done)
	s.discard()
	if err != nil {
		return fmt.Errorf("close transport to collector %q: %w", s.sink, err)
	}
	return nil
}

// work takes what is in the queue or in the backlog until it is told to stop.
func (s *Session) work() {
	tick := newTicker(&s.options)
	defer tick.Stop()
	var woken <-chan struct{}
	if s.backlog != nil {
		woken = s.backlog.woken
	}
	for {
		tick.follow(len(s.waits) > 0)
		select {
		case <-woken:
			if s.takeQueued() {
				return
			}
		case it := <-s.queue:
			switch {
			case it.batch != nil:
				s.take(it.batch)
			case it.last:
				return
			default:
				s.drain()
			}
		case <-tick.C:
			s.idle()
		case <-s.aborted:
			s.discard()
			return
		}
	}
}
