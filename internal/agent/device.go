package agent

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/plan"
)

// DeviceOptions make a Replay do what a FlowLog says, and follow its changes.
type DeviceOptions struct {
	// Source tells the FlowLog. It runs as long as packets are read.
	Source config.Source
	// Gateway is which device this is.
	Gateway config.Gateway
	// StateDirectory is where status.json stands. It is made with 0700.
	StateDirectory string
	// StateOptional lets the run go on where the directory can't be written, without a status.
	StateOptional bool
	// LogService is how records go to Log Service; without it no FlowLog may ask for that.
	LogService *LogServiceOptions
	// Hardening tells, in lines, what the process has given up; nil tells nothing.
	Hardening func() []string
	// Program is the version of the program, for the status.
	Program string
}

// errNothingInForce says that a whole run went by without a configuration.
var errNothingInForce = errors.New("no configuration came in force, all packets were counted as inactive")

// device follows the source of a FlowLog: it builds what a change needs, has the reading goroutine put it
// in force, and tells how it is doing.
type device struct {
	o        *DeviceOptions
	r        *engine
	log      *slog.Logger
	builders map[plan.Part]builder
	service  logService
	ledger   ledger
	board    board
	stopping context.CancelFunc
	tasks    sync.WaitGroup // status
	sourced  chan struct{}  // closed when the source ended
	first    chan struct{}  // closed when the source's first answer was dealt with
	answer   func()         // closes first
	applying atomic.Bool

	mu       sync.Mutex
	desired  config.Desired // in force
	answered bool           // desired is the source's, and not the beginning
	why      string         // it is running, or not
	since    time.Time
	refused  error // what came last and can't be built; nil once something is in force again
	ended    error // of the source
	last     struct {
		text string
		at   time.Time
	}
}

func newDevice(r *engine) *device {
	d := &device{o: r.o.Device, r: r, log: r.o.Log, sourced: make(chan struct{}), first: make(chan struct{})}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	d.answer = sync.OnceFunc(func() { close(d.first) })
	d.builders = map[plan.Part]builder{plan.NetflowPart: r.buildNetflow, plan.SLSPart: d.service.build}
	d.service.d, d.service.log, d.service.resumed = d, d.log, make(chan struct{})
	return d
}

// begin starts the source and the status, and waits for the source's first answer: a capture that is read
// in a second must not be over before it. What there is to wait for is over, too, when the source
// has failed and has nothing to fall back on. The reading goroutine calls it.
func (d *device) begin(ctx context.Context) {
	now := d.r.o.Now()
	d.why, d.since, d.ledger.now = "there was no answer yet", now, Generation{Changed: "nothing is in force yet", Since: now}
	d.r.outputs.told = d.board.kick
	live, cancel := context.WithCancel(ctx)
	d.stopping = cancel
	d.service.resume(live)
	d.tasks.Go(func() { d.board.run(d.r) })
	go d.runSource(live)
	d.await(ctx)
}

// abandon is called instead of begin, where the run ends before it. A nil device has nothing to abandon.
func (d *device) abandon() {
	if d == nil {
		return
	}
	close(d.sourced)
	close(d.service.resumed)
	d.r.visits.end()
}

func (d *device) runSource(ctx context.Context) {
	defer close(d.sourced)
	err := d.o.Source.Run(ctx, d.apply)
	if err == nil || ctx.Err() != nil {
		return
	}
	d.log.Error("the source of the FlowLog has ended; what is in force stays", "error", err)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = err
	d.noteError(err)
}

// Waiting for the first answer.
const (
	awaitTick = 10 * time.Millisecond
	// awaitGrace is how long a source that has failed may take to fall back on what it keeps.
	awaitGrace = 500 * time.Millisecond
)

func (d *device) await(ctx context.Context) {
	tick := time.NewTicker(awaitTick)
	defer tick.Stop()
	var failed time.Time
	for {
		select {
		case one := <-d.r.visits.asked:
			one.receive()
		case <-d.first:
			return
		case <-d.sourced:
			d.sayUnknown()
			return
		case <-ctx.Done():
			return
		case <-tick.C:
			if d.applying.Load() || d.o.Source.Status().Error == "" {
				failed = time.Time{}
			} else if failed.IsZero() {
				failed = time.Now()
			} else if time.Since(failed) >= awaitGrace {
				d.sayUnknown()
				return
			}
		}
	}
}

func (d *device) sayUnknown() {
	d.log.Warn("no FlowLog is known: packets are read, and counted as inactive until there is one", "error", d.o.Source.Status().Error)
}

// end stops the source when all packets were read. Nothing comes in force any more.
func (d *device) end() {
	d.r.visits.end()
	d.stopping()
}

// sourcePatience is how long the end waits for a source that is slow to stop.
const sourcePatience = 2 * time.Second

// close waits for the source, and writes the last status.
func (d *device) close() {
	left := time.NewTimer(sourcePatience)
	defer left.Stop()
	select {
	case <-d.sourced:
	case <-left.C:
		d.log.Warn("the source of the FlowLog does not stop; it is left behind")
	}
	d.board.stop()
	d.tasks.Wait()
}

// outcome is the error of a run in which nothing came in force, for whatever reason.
func (d *device) outcome() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.answered || d.r.endless: // a live device that is told to end has done what it could
		return nil
	case d.refused != nil:
		return errors.Join(errNothingInForce, d.refused)
	case d.ended != nil:
		return errors.Join(errNothingInForce, d.ended)
	}
	if text := d.o.Source.Status().Error; text != "" {
		return errors.Join(errNothingInForce, errors.New(text))
	}
	return errNothingInForce
}
