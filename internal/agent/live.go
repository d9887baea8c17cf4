package agent

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/capture/own"
	"github.com/sagflow/sagflow/internal/capture/steady"
	"github.com/sagflow/sagflow/internal/capture/tap"
	"github.com/sagflow/sagflow/internal/packet"
)

// LiveOptions are the settings of a Live.
type LiveOptions struct {
	Options
	// Follow tells which interfaces there are to capture from, Open captures from one, with a source for each worker:
	// see tap.Options.
	Follow func(ctx context.Context, changed func([]tap.Link)) error
	Open   tap.Opener
	// Sampling meters one in so many frames; 0 and 1 are all.
	Sampling int
	// Names returns the interfaces of which collectors are told the names; nil = none. Any goroutine may call it.
	Names func() []exporter.Interface
	// NoDirection says that IPFIX element 61 is left out of the records, since the sources don't know it; nil = they do.
	NoDirection func() bool
	// Outports looks the output interfaces of destinations up, 0 where that isn't known, and does not wait for
	// longer than some milliseconds; nil leaves them 0. Any goroutine may call it.
	Outports func(dst []netip.Addr, out []uint32)
	// Own are the program's own connections, which are left out of the flows; nil leaves none out.
	Own *own.Set
	// QueueRecords is how many records wait for each collector at most; then the oldest are dropped, and counted.
	QueueRecords int
	// Ready is called once what there is at the start is open, and before anything else is done; an error ends the
	// run. nil does nothing.
	Ready func() error
	// Clocks are the wall clock and the monotonic one; nil = the system's.
	Clocks steady.Clocks
}

// DefaultQueueRecords is the default of LiveOptions.QueueRecords.
const DefaultQueueRecords = 1_000_000

// Live captures from interfaces and exports their flows, until it is told to end. It is made by NewLive and run once.
// Run returns nil when its context ended, and all was handed out.
type Live struct {
	*engine
	o        LiveOptions
	timeline *steady.Timeline
	taps     *tap.Taps
	workers  []*worker

	stopTaps context.CancelFunc
	tapped   chan error // Taps.Run's end
}

// NewLive checks the options. It opens nothing yet.
func NewLive(o LiveOptions) (*Live, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	if o.Clocks == nil {
		o.Clocks = steady.System()
	}
	if o.QueueRecords == 0 {
		o.QueueRecords = DefaultQueueRecords
	}
	l := &Live{o: o, timeline: steady.New(o.Clocks), tapped: make(chan error, 1)}
	l.engine = newEngine(&l.o.Options, l, true)
	l.endless = true
	l.taps = tap.New(tap.Options{Follow: o.Follow, Open: o.Open, Attach: l.attach, Detach: l.detach, Logger: o.Log})
	return l, nil
}

// open implements reader: packets are captured from here on.
func (l *Live) open(group *exporter.Group) (*lanes, error) {
	all, err := openLanes(&l.o.Options, group, rand.Uint64())
	if err != nil {
		return nil, err
	}
	shared := &departure{timeline: l.timeline, outports: l.o.Outports}
	for i, one := range all.all {
		w, err := newWorker(&l.o, i, one, l.timeline)
		if err != nil {
			return nil, errors.Join(err, all.close())
		}
		one.leaves = shared
		l.workers = append(l.workers, w)
	}
	l.lanes = all
	all.start()
	ctx, cancel := context.WithCancel(context.Background())
	l.stopTaps = cancel
	go func() { l.tapped <- l.taps.Run(ctx) }()
	return all, nil
}

// attach has each worker read its source of a tap.
func (l *Live) attach(t *tap.Tap) {
	for _, w := range l.workers {
		w.lane.submit(job{with: func(*lane) { w.attach(t) }})
	}
}

func (l *Live) detach(t *tap.Tap) {
	for _, w := range l.workers {
		w.lane.submit(job{with: func(*lane) { w.detach(t) }})
	}
}

// ready implements reader: it waits until what there is at the start is open, and has Ready called.
func (l *Live) ready(ctx context.Context) error {
	select {
	case <-l.taps.Ready():
	case <-ctx.Done():
		return nil
	case err := <-l.tapped:
		l.tapped <- err
		return err
	}
	if l.o.Ready == nil {
		return nil
	}
	return l.o.Ready()
}

// read implements reader. The workers read; this only runs visits until it is told to end, or until the interfaces
// can't be followed.
func (l *Live) read(ctx context.Context) error {
	for {
		select {
		case one := <-l.visits.asked:
			one.receive()
		case err := <-l.tapped:
			l.tapped <- err
			return err
		case <-ctx.Done():
			return nil
		}
	}
}

// stop implements reader: no interface is attached to the workers any more.
func (l *Live) stop() error {
	l.stopTaps()
	err := <-l.tapped
	l.tapped <- nil
	return err
}

// clock implements reader: each worker has one of its own.
func (l *Live) clock() int64 { return 0 }

// count implements reader: the workers count.
func (l *Live) count(*position) {}

// sources implements reader.
func (l *Live) sources() sources {
	return sources{
		statistics: l.statistics,
		clock: func() (int64, uint32) {
			now, offset := l.timeline.Now()
			return now + offset.Nanoseconds, offset.Epoch
		},
		queue: l.o.QueueRecords, delay: maxDelay, opened: l.opened, trains: true,
		sampling: l.o.Sampling, interfaces: l.o.Names, noDirection: l.o.NoDirection != nil && l.o.NoDirection(),
	}
}

// maxDelay is how long a record waits for its datagram to fill up.
const maxDelay = 500 * time.Millisecond

// opened makes a collector's socket known as the program's own.
func (l *Live) opened(local, remote netip.AddrPort) (closed func()) {
	if l.o.Own == nil {
		return func() {}
	}
	return l.o.Own.Add(own.Connection{Protocol: own.UDP, Local: local, Remote: remote})
}

// statistics sums up what the workers ignored, in wall-clock time.
func (l *Live) statistics() exporter.Statistics {
	var sum exporter.Statistics
	for _, w := range l.workers {
		s := w.ignored.statistics()
		if s.IgnoredPackets == 0 {
			continue
		}
		if sum.IgnoredPackets == 0 || s.FirstIgnored < sum.FirstIgnored {
			sum.FirstIgnored = s.FirstIgnored
		}
		sum.LastIgnored = max(sum.LastIgnored, s.LastIgnored)
		sum.IgnoredPackets += s.IgnoredPackets
		sum.IgnoredOctets += s.IgnoredOctets
	}
	if sum.IgnoredPackets > 0 {
		offset := l.timeline.Offset().Nanoseconds
		sum.FirstIgnored += offset
		sum.LastIgnored += offset
	}
	return sum
}

// progress implements reader: there is no end to be seen.
func (l *Live) progress() (stop func()) { return func() {} }

// decoded implements reader.
func (l *Live) decoded() *packet.Counters {
	all := packet.New(packet.Options{}).Counters()
	for _, w := range l.workers {
		all.Add(w.decoder.Counters())
	}
	return all
}

// interfaces implements reader.
func (l *Live) interfaces() []tap.Status { return l.taps.Status() }

// describe implements reader.
func (l *Live) describe(s *Summary) { s.Interfaces = l.interfaces() }
