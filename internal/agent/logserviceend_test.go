package agent

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/plan"
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls"
)

// spooling is an output that after the end of its time writes on for a while.
type spooling struct {
	direct
	takes time.Duration
}

func (s *spooling) Finish(ctx context.Context) error {
	<-ctx.Done()
	time.Sleep(s.takes)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counters.Spooled, s.counters.Queued = s.counters.Queued, exporter.Sum{}
	return nil
}

// What a removed output still writes to the spool is not dropped, however slow the disk is.
func TestDrainWaitsForTheSpool(t *testing.T) {
	for part, want := range map[plan.Part]exporter.Counters{
		plan.SLSPart:     {Output: "x", Put: exporter.Sum{Records: 300}, Spooled: exporter.Sum{Records: 300}},
		plan.NetflowPart: {Output: "x", Put: exporter.Sum{Records: 300}, Dropped: exporter.DropSums{exporter.DropShutdown: {Records: 300}}},
	} {
		synctest.Test(t, func(t *testing.T) {
			o := &spooling{takes: time.Minute}
			o.name, o.counters = "x", exporter.Counters{Put: exporter.Sum{Records: 300}, Queued: exporter.Sum{Records: 300}}
			outs := newOutputs()
			outs.start(t.Context())
			m := newMember(o, part)
			outs.replace(exporter.NewGroup(exporter.GroupOptions{}, m), []*member{m}, 1)
			outs.replace(exporter.NewGroup(exporter.GroupOptions{}), nil, 2)
			outs.aside.Wait()
			if got := outs.states()[0].Counters; got != want {
				t.Errorf("%s: %+v, want %+v", part, got, want)
			}
			time.Sleep(o.takes) // the goroutine that was left behind
		})
	}
}

// A status that waits for the disk of the spool holds up no change.
func TestStatusHoldsUpNoChange(t *testing.T) {
	r := &engine{o: &Options{Now: time.Now, Device: &DeviceOptions{Source: newScripted()}}, outputs: newOutputs(), reader: new(Replay)}
	d := newDevice(r)
	d.service.mu.Lock()
	told := make(chan *Status)
	go func() { told <- d.status() }()
	for range 10_000 {
		runtime.Gosched()
		if !d.mu.TryLock() {
			t.Fatal("the status keeps the lock that a change needs")
		}
		d.mu.Unlock()
	}
	if d.has(config.Desired{}) {
		t.Error("nothing was answered yet")
	}
	d.service.mu.Unlock()
	if s := <-told; s.LogService != nil {
		t.Errorf("%+v", s.LogService)
	}
}

// A second interrupt stands for what it makes outputs drop, but not for what found no place in the spool.
func TestLostBy(t *testing.T) {
	lost := &sls.LeftError{Output: "SLS a/b", Dropped: exporter.Sum{Records: 22}}
	for _, c := range []struct{ in, want error }{
		{nil, nil},
		{context.Canceled, nil},
		{&sls.LeftError{Spooled: exporter.Sum{Records: 1}}, nil},
		{errors.Join(context.Canceled, lost), lost},
	} {
		if got := lostBy(c.in); !errors.Is(got, c.want) || (got == nil) != (c.want == nil) {
			t.Errorf("%v: %v, want %v", c.in, got, c.want)
		}
	}
}
