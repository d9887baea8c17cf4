package agent

import (
	"errors"
	"sync"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
)

// lanes are all shards of a run, and the goroutines that work them.
type lanes struct {
	all     []*lane
	done    sync.WaitGroup
	stopped bool
	// maxFlows is the limit of flows of all together.
	maxFlows int
}

// openLanes makes the shards. The seed varies their hash function.
func openLanes(o *Options, group *exporter.Group, seed uint64) (*lanes, error) {
	ls := &lanes{}
	total := o.MaxFlows
	if total == 0 {
		total = flowsForMemory()
	}
	ls.maxFlows = total
	for range o.Workers {
		shard, err := flowtable.New(flowtable.Options{
			ActiveAging: o.ActiveAging, InactiveAging: o.InactiveAging, MaxFlows: flowtable.Part(total, o.Workers),
			Fragments: o.Fragments, FragmentMemory: o.FragmentMemory, TCPEnd: o.TCPEnd, KeyToS: o.KeyToS, KeyVLAN: o.KeyVLAN, Seed: seed,
		})
		if err != nil {
			return nil, errors.Join(err, ls.close())
		}
		ls.all = append(ls.all, newLane(shard, group, o.Workers > 1))
	}
	return ls, nil
}

// start runs the lanes that have a goroutine of their own.
func (ls *lanes) start() {
	for _, l := range ls.all {
		switch {
		case l.worker != nil:
			ls.done.Go(l.worker.run)
		case l.jobs != nil:
			ls.done.Go(l.run)
		}
	}
}

// single returns the only lane, or nil.
func (ls *lanes) single() *lane {
	if len(ls.all) == 1 {
		return ls.all[0]
	}
	return nil
}

// each submits the same job to all lanes.
func (ls *lanes) each(j job) {
	for _, l := range ls.all {
		l.submit(j)
	}
}

// visit has all lanes do f, each when it has dealt with the packets so far, and waits for all.
func (ls *lanes) visit(clock int64, f func(*lane)) {
	var all sync.WaitGroup
	all.Add(len(ls.all))
	ls.each(job{clock: clock, with: func(l *lane) {
		defer all.Done()
		f(l)
	}})
	all.Wait()
}

// finish flushes all shards and waits until their records are put.
func (ls *lanes) finish(clock int64, reason flowtable.EndReason) error {
	ls.each(job{clock: clock, flush: reason})
	ls.stop()
	for _, l := range ls.all {
		if l.lost != nil {
			return l.lost // that of the others is the same
		}
	}
	return nil
}

// stop ends the lanes' goroutines, once.
func (ls *lanes) stop() {
	if ls.stopped {
		return
	}
	ls.stopped = true
	for _, l := range ls.all {
		if l.jobs != nil {
			close(l.jobs)
			if l.worker != nil {
				l.worker.poller.wake()
			}
		}
	}
	ls.done.Wait()
	for _, l := range ls.all {
		if l.worker != nil {
			l.worker.poller.close() // not before: somebody may be about to wake it
		}
	}
}

// failed reports that an output could not take records.
func (ls *lanes) failed() bool {
	for _, l := range ls.all {
		if l.failed.Load() {
			return true
		}
	}
	return false
}

func (ls *lanes) close() error {
	ls.stop()
	var errs []error
	for _, l := range ls.all {
		errs = append(errs, l.shard.Close())
	}
	return errors.Join(errs...)
}
