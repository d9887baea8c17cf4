package agent

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/packet"
)

// ErrInterrupted is the end of a Replay whose context ended: its flows were flushed as forced.
var ErrInterrupted = errors.New("interrupted: the flows so far were flushed")

// ErrGivenUp says that a second interrupt ended the waiting.
var ErrGivenUp = errors.New("interrupted again: what was still queued is dropped or spooled, and counted in the summary")

// Replay reads captures and exports their flows. It is made by NewReplay and run once.
type Replay struct {
	o       ReplayOptions
	lanes   *lanes
	outputs *outputs
	decoder *packet.Decoder
	input   *input
	clock   flowtable.Clock
	pace    pace
	ignored ignored
	frames  [readFrames]capture.Frame
	packet  flowtable.Packet
	started time.Time

	visits   visits
	device   *device // nil without a FlowLog to follow
	inactive bool    // nothing is metered
	handled  uint64  // frames
	summary  *Summary

	clockNow   atomic.Int64  // the aging clock, for the sessions
	framesRead atomic.Uint64 // for the progress bar
}

// readFrames is how many frames are taken at once, at most: what a call costs, and a goroutine where
// the input is a pipe, is paid per batch.
const readFrames = 512

// NewReplay checks the options. It opens nothing yet.
func NewReplay(o ReplayOptions) (*Replay, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := o.validate(); err != nil {
		return nil, err
	}
	r := &Replay{o: o, decoder: packet.New(packet.Options{}), pace: pace{speed: o.Speed, now: o.Now}}
	if o.Device != nil {
		r.visits, r.device, r.inactive = newVisits(), newDevice(r), true
	}
	return r, nil
}

// Run replays. It returns nil when all was read and handed out; the errors of damaged files, what
// came before the damage having been exported; or ErrInterrupted when ctx ended. A second context,
// hurry, bounds the time for what is still queued then: when it ends, that is dropped and counted.
func (r *Replay) Run(ctx, hurry context.Context) error {
	if err := reserveSummary(r.o.Summary); err != nil {
		return err
	}
	if err := r.openState(); err != nil {
		return err
	}
	if r.device != nil {
		defer r.device.board.close()
	}
	outs, err := openOutputs(&r.o, r.sources())
	if err != nil {
		return err
	}
	return r.runInto(ctx, hurry, outs)
}

// openState makes sure that a device's status can be written.
func (r *Replay) openState() error {
	if r.device == nil {
		return nil
	}
	err := r.device.board.open(r.o.Device.StateDirectory)
	foreign := (*claimError)(nil)
	if err != nil && r.o.Device.StateOptional && !errors.As(err, &foreign) {
		r.device.log.Warn("there is no status: the state directory can't be used", "error", err)
		return nil
	}
	return err
}

// runInto runs with outputs that are open.
func (r *Replay) runInto(ctx, hurry context.Context, outs *outputs) error {
	r.outputs = outs
	var err error
	if r.lanes, err = openLanes(&r.o, outs.group); err != nil {
		return errors.Join(err, outs.discard())
	}
	r.started = r.o.Now()
	r.input = newInput(&r.o, r.started)
	outs.start(hurry)
	stop := r.showProgress()
	readErr := r.readAll(ctx)
	err = errors.Join(readErr, r.finish(ctx, hurry))
	stop()
	err = errors.Join(err, r.closeDevice())
	r.summary = r.summarize(err)
	return errors.Join(err, r.lanes.close(), r.report())
}

// readAll reads with what a device does meanwhile.
func (r *Replay) readAll(ctx context.Context) error {
	if r.device == nil {
		return r.read(ctx)
	}
	defer r.device.end()
	r.device.begin(ctx)
	return r.read(ctx)
}

// closeDevice ends a device and the generation in force.
func (r *Replay) closeDevice() error {
	if r.device == nil {
		return nil
	}
	d := r.device
	d.close()
	table := r.lanes.counters()
	d.ledger.close(r.tally(&table), r.outputs)
	closed := d.service.close()
	d.board.post(r, r.account(&table, exporter.Sum{}), r.o.Now(), true)
	return errors.Join(closed, d.outcome())
}

// sources are what the sessions ask of the input. The clock is theirs where time passes: at full speed
// datagrams go out with records, and the same ones in each run.
func (r *Replay) sources() sources {
	s := sources{statistics: r.ignored.statistics}
	if r.o.Speed > 0 {
		s.clock = r.clockNow.Load
	}
	return s
}

// finish flushes the table and the outputs. An interrupt counts as one until all is out.
func (r *Replay) finish(ctx, hurry context.Context) error {
	reason := flowtable.EndOfInput
	if ctx.Err() != nil {
		reason = flowtable.ForcedEnd
	}
	defer context.AfterFunc(ctx, r.sayWaiting)()
	err := r.lanes.finish(r.clock.Now(), reason)
	failed, left := r.finishOutputs(hurry)
	err = errors.Join(err, failed)
	switch {
	case hurry.Err() != nil:
		return errors.Join(ErrInterrupted, ErrGivenUp, lostBy(err), left)
	case ctx.Err() != nil:
		return errors.Join(ErrInterrupted, err, left)
	}
	return errors.Join(err, left)
}

// lostBy is the error of an output to Log Service that dropped records which no spool took: the one that a
// second interrupt does not stand for.
func lostBy(err error) error {
	if left := (*sls.LeftError)(nil); errors.As(err, &left) && left.Dropped.Records > 0 {
		return left
	}
	return nil
}

// finishOutputs waits until all is out. What then stays in the spool is left: the next run delivers it.
// Both waits for Log Service, that of its output and that for the spool, are within one shutdown timeout.
func (r *Replay) finishOutputs(hurry context.Context) (failed, left error) {
	if r.device == nil {
		return r.outputs.finish(hurry), nil
	}
	ctx, cancel := r.device.service.bound(hurry)
	defer cancel()
	failed = r.outputs.finish(hurry)
	var refused exporter.Sum
	for _, c := range r.outputs.counters() {
		refused = refused.Plus(c.SetAside)
	}
	return failed, r.device.service.finish(ctx, refused)
}

// sayWaiting tells who interrupts what there is still to wait for.
func (r *Replay) sayWaiting() {
	if r.o.Log == nil {
		return
	}
	var queued, spooled uint64
	for _, s := range r.outputs.states() {
		queued += s.Counters.Queued.Records
		if s.State == InForce {
			spooled += s.Counters.Spooled.Records
		}
	}
	if r.device != nil {
		if service, _ := r.device.service.status(); service != nil {
			spooled += service.Earlier.Spooled.Records
		}
	}
	if queued > 0 || spooled > 0 {
		r.o.Log.Info("interrupted: sending what is left; interrupt again to drop what is queued and leave what is spooled", "queued-records", queued, "spooled-records", spooled)
	}
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
		r.clockNow.Store(r.clock.Now())
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
		if r.clock.Observe(f.Time) {
			r.lanes.each(job{clock: r.clock.Now(), tick: true, send: r.o.Speed > 0})
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
		l.submit(job{clock: r.clock.Now()})
	}
}

// Summary returns what the run counted, after Run.
func (r *Replay) Summary() *Summary { return r.summary }
