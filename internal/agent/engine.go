package agent

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/flowtable"
)

// engine is what a Replay and a Live have in common: the shards, the outputs, the device that follows a FlowLog,
// and the sums.
type engine struct {
	o       *Options
	reader  reader
	paced   bool // time passes while packets are read: waiting for an output loses some, or their times
	endless bool // the end of Run's context is the end of the input, and no interrupt
	lanes   *lanes
	outputs *outputs
	visits  visits
	device  *device                 // nil without a FlowLog to follow
	exports atomic.Pointer[Options] // of outputs that are built from now on; nil: o
	// inactive says that nothing is metered. It belongs to the reading goroutine.
	inactive bool
	started  time.Time
	summary  *Summary
}

// newEngine opens nothing yet.
func newEngine(o *Options, from reader, paced bool) *engine {
	if o.Now == nil {
		o.Now = time.Now
	}
	e := &engine{o: o, reader: from, paced: paced}
	if o.Device != nil {
		e.visits, e.device, e.inactive = newVisits(), newDevice(e), true
	}
	return e
}

// Summary returns what the run counted, after Run.
func (e *engine) Summary() *Summary { return e.summary }

// Status is what was last written to status.json, nil before the first time. It is not to be changed. Any goroutine
// may call it.
func (e *engine) Status() *Status {
	if e.device == nil {
		return nil
	}
	return e.device.board.latest.Load()
}

// Run runs to the end of the input, see Replay and Live. It returns ErrInterrupted when ctx ended. A second
// context, hurry, bounds the time for what is still queued then: when it ends, that is dropped and counted.
func (e *engine) Run(ctx, hurry context.Context) error {
	if err := reserveSummary(e.o.Summary); err != nil {
		return err
	}
	if err := e.openState(); err != nil {
		return err
	}
	if e.device != nil {
		defer e.device.board.close()
	}
	outs, err := openOutputs(e.o, e.reader.sources())
	if err != nil {
		return err
	}
	return e.runInto(ctx, hurry, outs)
}

// openState makes sure that a device's status can be written.
func (e *engine) openState() error {
	if e.device == nil {
		return nil
	}
	err := e.device.board.open(e.o.Device.StateDirectory)
	foreign := (*claimError)(nil)
	if err != nil && e.o.Device.StateOptional && !errors.As(err, &foreign) {
		e.device.log.Warn("there is no status: the state directory can't be used", "error", err)
		return nil
	}
	return err
}

// runInto runs with outputs that are open.
func (e *engine) runInto(ctx, hurry context.Context, outs *outputs) error {
	e.outputs, e.started = outs, e.o.Now()
	var err error
	if e.lanes, err = e.reader.open(outs.group); err != nil {
		return errors.Join(err, outs.discard())
	}
	outs.start(hurry)
	stop := e.reader.progress()
	readErr := e.readAll(ctx)
	err = errors.Join(readErr, e.finish(ctx, hurry))
	stop()
	err = errors.Join(err, e.closeDevice())
	e.summary = e.summarize(err)
	return errors.Join(err, e.lanes.close(), e.report())
}

// readAll reads with what a device does meanwhile.
func (e *engine) readAll(ctx context.Context) (err error) {
	defer func() {
		if stopped := e.reader.stop(); err == nil {
			err = stopped
		}
	}()
	if err := e.reader.ready(ctx); err != nil {
		e.device.abandon()
		return err
	}
	if e.device == nil {
		return e.reader.read(ctx)
	}
	defer e.device.end()
	e.device.begin(ctx)
	return e.reader.read(ctx)
}

// closeDevice ends a device and the generation in force.
func (e *engine) closeDevice() error {
	if e.device == nil {
		return nil
	}
	d := e.device
	d.close()
	end := e.position()
	d.ledger.close(end.tally(), e.outputs)
	closed := d.service.close()
	d.board.post(e, e.account(end), e.o.Now(), true)
	return errors.Join(closed, d.outcome())
}

// finish flushes the table and the outputs. An interrupt counts as one until all is out.
func (e *engine) finish(ctx, hurry context.Context) error {
	reason := flowtable.EndOfInput
	if ctx.Err() != nil {
		reason = flowtable.ForcedEnd
	}
	defer context.AfterFunc(ctx, e.sayWaiting)()
	err := e.lanes.finish(e.reader.clock(), reason)
	failed, left := e.finishOutputs(hurry)
	err = errors.Join(err, failed)
	switch {
	case hurry.Err() != nil:
		return errors.Join(ErrInterrupted, ErrGivenUp, lostBy(err), left)
	case ctx.Err() != nil && !e.endless:
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
func (e *engine) finishOutputs(hurry context.Context) (failed, left error) {
	if e.device == nil {
		return e.outputs.finish(hurry), nil
	}
	ctx, cancel := e.device.service.bound(hurry)
	defer cancel()
	failed = e.outputs.finish(hurry)
	var refused exporter.Sum
	for _, c := range e.outputs.counters() {
		refused = refused.Plus(c.SetAside)
	}
	return failed, e.device.service.finish(ctx, refused)
}

// sayWaiting tells who interrupts what there is still to wait for.
func (e *engine) sayWaiting() {
	if e.o.Log == nil {
		return
	}
	var queued, spooled uint64
	for _, s := range e.outputs.states() {
		queued += s.Counters.Queued.Records
		if s.State == InForce {
			spooled += s.Counters.Spooled.Records
		}
	}
	if e.device != nil {
		if service, _ := e.device.service.status(); service != nil {
			spooled += service.Earlier.Spooled.Records
		}
	}
	if queued > 0 || spooled > 0 {
		e.o.Log.Info("interrupted: sending what is left; interrupt again to drop what is queued and leave what is spooled", "queued-records", queued, "spooled-records", spooled)
	}
}
