package agent

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/tap"
	"github.com/sagflow/sagflow/internal/packet"
)

// ErrInterrupted is the end of a Replay whose context ended: its flows were flushed as forced.
var ErrInterrupted = errors.New("interrupted: the flows so far were flushed")

// ErrGivenUp says that a second interrupt ended the waiting.
var ErrGivenUp = errors.New("interrupted again: what was still queued is dropped or spooled, and counted in the summary")

// Replay reads captures and exports their flows. It is made by NewReplay and run once. Run returns nil when all was
// read and handed out; the errors of damaged files, what came before the damage having been exported; or
// ErrInterrupted.
type Replay struct {
	*engine
	o       ReplayOptions
	decoder *packet.Decoder
	input   *input
	aging   flowtable.Clock
	pace    pace
	ignored ignored
	frames  [readFrames]capture.Frame
	packet  flowtable.Packet
	handled uint64 // frames

	clockNow   atomic.Int64  // the aging clock, for the sessions
	framesRead atomic.Uint64 // for the progress bar
}

// readFrames is how many frames are taken at once, at most: what a call costs, and a goroutine where
// the input is a pipe, is paid per batch.
const readFrames = 512

// NewReplay checks the options. It opens nothing yet.
func NewReplay(o ReplayOptions) (*Replay, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	r := &Replay{o: o, decoder: packet.New(packet.Options{})}
	r.engine = newEngine(&r.o.Options, r, o.Speed > 0)
	r.pace = pace{speed: o.Speed, now: r.o.Now}
	return r, nil
}

// open implements reader.
func (r *Replay) open(group *exporter.Group) (*lanes, error) {
	all, err := openLanes(&r.o.Options, group, 0)
	if err == nil {
		all.start()
		r.input = newInput(&r.o, r.started)
	}
	return all, err
}

// ready implements reader: files are opened when they are read.
func (r *Replay) ready(context.Context) error { return nil }

// stop implements reader.
func (r *Replay) stop() error { return nil }

// sources implements reader. The clock is the sessions' where time passes: at full speed
// datagrams go out with records, and the same ones in each run.
func (r *Replay) sources() sources {
	s := sources{statistics: r.ignored.statistics}
	if r.paced {
		s.clock = func() (int64, uint32) { return r.clockNow.Load(), 0 }
	}
	return s
}

// clock implements reader.
func (r *Replay) clock() int64 { return r.aging.Now() }

// count implements reader.
func (r *Replay) count(p *position) { p.read(r.handled, r.decoder.Counters()) }

// decoded implements reader.
func (r *Replay) decoded() *packet.Counters { return r.decoder.Counters() }

// interfaces implements reader: there are none.
func (r *Replay) interfaces() []tap.Status { return nil }

// describe implements reader.
func (r *Replay) describe(s *Summary) {
	s.Files, s.Rounds, s.Notes = len(r.o.Files), int(r.input.rounds.Load()), r.input.noted()
}

// read takes frames until the input ends, ctx ends, or the outputs can't take records.
func (r *Replay) read(ctx context.Context) error {
	defer r.input.close()
	for ctx.Err() == nil && !r.lanes.failed() {
		r.visits.serve()
		n, err := r.input.take(ctx, r.frames[:], r.visits.asked)
		if !r.add(ctx, r.frames[:n]) {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		r.ignored.publish()
		r.framesRead.Store(r.handled)
		r.clockNow.Store(r.aging.Now())
	}
	return nil
}

// add takes frames through decoder and filter to their lanes. It returns false if ctx ended while a
// packet waited for its time.
func (r *Replay) add(ctx context.Context, frames []capture.Frame) bool {
	single := r.lanes.single()
	p := &r.packet
	for i := range frames {
		f := &frames[i]
		f.Time = r.input.move(f.Time)
		if r.o.Speed > 0 {
			if r.wait(ctx, f.Time); ctx.Err() != nil {
				r.handled += uint64(i)
				return false // this frame and those behind it were not handled
			}
		}
		if r.aging.Observe(f.Time) {
			r.lanes.each(job{clock: r.aging.Now(), tick: true, send: r.o.Speed > 0})
		}
		if single != nil { // decode in place: a copy of the packet would be 3 ns
			p = &single.chunk[:lanePackets][len(single.chunk)]
		}
		if v := r.decoder.Decode(f, p); v != packet.Counted {
			r.ignored.count(v, f)
			continue
		}
		if r.o.Filter != nil && !r.o.Filter.Match(p) {
			r.decoder.Reject(packet.Filtered, p)
			continue
		}
		if r.inactive {
			r.decoder.Reject(packet.Inactive, p)
			continue
		}
		r.dispatch(single, p)
	}
	r.handled += uint64(len(frames))
	return true
}

// dispatch gives a packet to its lane, and the lane its chunk when that is full.
func (r *Replay) dispatch(single *lane, p *flowtable.Packet) {
	l := single
	if l == nil {
		l = r.lanes.all[flowtable.ShardOf(p, len(r.lanes.all))]
		l.chunk = append(l.chunk, *p)
	} else {
		l.chunk = l.chunk[:len(l.chunk)+1]
	}
	if len(l.chunk) == lanePackets {
		l.submit(job{clock: r.aging.Now()})
	}
}
