package agent

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"

	"github.com/sagflow/sagflow/exporter"
)

// outputs are where a run's records go, and the goroutines that take them there. They may change while
// the run goes on: see replace.
type outputs struct {
	group *exporter.Group // those in force; the reading goroutine's
	file  *recordFile     // nil where there is none
	log   *slog.Logger
	hurry context.Context // from start on
	aside sync.WaitGroup  // outputs that are being drained
	told  func()          // called when one of them has ended; nil for nobody

	mu       sync.Mutex
	inForce  []*member
	draining []*member
	closed   []OutputStatus // the newest maxClosed of them
	earlier  []OutputStatus // the sums of those before, by kind
}

func newOutputs(all ...*member) *outputs {
	return &outputs{inForce: all, group: exporter.NewGroup(exporter.GroupOptions{}, asOutputs(all)...)}
}

func asOutputs(members []*member) []exporter.Output {
	all := make([]exporter.Output, len(members))
	for i, m := range members {
		all[i] = m
	}
	return all
}

// openOutputs makes an output for each collector and for the record file, or the table of the top
// flows where there is neither and no FlowLog brings a collector later.
func openOutputs(o *Options, from sources) (*outputs, error) {
	var all []*member
	var file *recordFile
	fail := func(err error) (*outputs, error) {
		return nil, errors.Join(err, newOutputs(all...).discard())
	}
	for _, collector := range o.Collectors {
		s, err := openSession(context.Background(), o, o.Version, collector, from)
		if err != nil {
			return fail(err)
		}
		all = append(all, newMember(s, ""))
	}
	if o.Records != "" {
		var err error
		if file, err = openRecordFile(o.Records, o.KeyVLAN, o.Stdout); err != nil {
			return fail(err)
		}
		all = append(all, newMember(file, ""))
	}
	if len(all) == 0 && o.Device == nil {
		all = append(all, newMember(newTopTable(o.tableOut()), ""))
	}
	outs := newOutputs(all...)
	outs.file, outs.log = file, o.Log
	return outs, nil
}

// start runs the outputs. When hurry ends they stop waiting.
func (o *outputs) start(hurry context.Context) {
	o.hurry = hurry
	for _, m := range o.inForce {
		m.start(hurry)
	}
	if o.file != nil {
		context.AfterFunc(hurry, o.file.giveUp)
	}
}

// finish sends all that is queued and waits for it, and for what is still being drained.
func (o *outputs) finish(hurry context.Context) error {
	err := o.group.Finish(hurry)
	for _, m := range o.inForce {
		<-m.ended
		err = errors.Join(err, m.err)
	}
	o.aside.Wait()
	return err
}

// discard ends outputs that never ran.
func (o *outputs) discard() error {
	var failed error
	for _, m := range o.inForce {
		failed = errors.Join(failed, m.discard())
	}
	return failed
}

// counters returns the counters of all outputs there were, in the order in which they began: those that
// ended first, then those that are being drained, then those in force.
func (o *outputs) counters() []exporter.Counters {
	states := o.states()
	all := make([]exporter.Counters, len(states))
	for i := range states {
		all[i] = states[i].Counters
	}
	return all
}

// states returns all outputs there were, with their counters.
func (o *outputs) states() []OutputStatus {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := append(slices.Clone(o.earlier), o.closed...)
	for _, m := range o.draining {
		all = append(all, m.status(Draining))
	}
	for _, m := range o.inForce {
		all = append(all, m.status(InForce))
	}
	return all
}

// current returns the outputs in force.
func (o *outputs) current() []*member {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.inForce)
}
