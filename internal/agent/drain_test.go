package agent

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/plan"
	"github.com/sagflow/sagflow/exporter"
)

// burst is packets of n flows at a second.
func burst(n int, seconds float64) []at {
	all := make([]at, n)
	for i := range all {
		all[i] = at{byte(1 + i), seconds}
	}
	return all
}

// A removed output whose transport is stuck has ten seconds; what it holds is then dropped and counted,
// and the run goes on and ends.
func TestStuckOutputIsLeftBehind(t *testing.T) {
	for _, workers := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			g := newRig(t, func(o *ReplayOptions) { o.Workers = workers })
			g.stuck = make(chan struct{})
			g.start(t.Context())
			g.set(flowLogTo("V5", 2055, 300, 1))
			g.feed(burst(100, 100)...)
			g.feed(at{200, 110})
			stuck := g.stuck
			g.stuck = nil
			began := time.Now()
			g.set(flowLogTo("V9", 2056, 300, 1))
			if took := time.Since(began); took > 0 {
				t.Errorf("the change took %v, want none: the output's queue had room", took)
			}
			if s := g.status(); s.Outputs[0].State != Draining || s.Outputs[1].State != InForce {
				t.Errorf("states %s and %s, want draining and in force", s.Outputs[0].State, s.Outputs[1].State)
			}
			g.feed(at{200, 120})
			time.Sleep(drainLimit + drainGrace + 2*time.Second)
			s := g.status().Outputs[0]
			if s.State != Ended || s.Counters.Dropped[exporter.DropShutdown].Records != 100 || s.Counters.Queued.Records != 0 {
				t.Errorf("after the limit: %s, %+v", s.State, s.Counters)
			}
			if !strings.Contains(g.log.String(), "was not drained in time") {
				t.Error("the log does not say so")
			}
			first := g.sinks[0]
			g.sinks = g.sinks[1:]
			sum, err := g.finish()
			if err != nil || sum.Table.Records != 102 {
				t.Errorf("%d records, error %v; want 102 and none", sum.Table.Records, err)
			}
			close(stuck)
			synctest.Wait()
			if first.closings() != 1 {
				t.Errorf("the stuck transport was closed %d times, once it came back", first.closings())
			}
		})
	}
}

// An output that is stuck and makes the shards wait can't prevent its own removal.
func TestStuckOutputThatHoldsUpShards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, nil)
		g.stuck, g.queue = make(chan struct{}), 1
		g.start(t.Context())
		for i := range 3 { // one batch will be being sent, one queued, and one must wait
			g.set(flowLogTo("V5", 2055, 300, 1+i)) // puts what has ended
			g.feed(burst(100, 100+float64(20*i))...)
			g.feed(at{200, 110 + float64(20*i)})
		}
		stuck := g.stuck
		g.stuck = nil
		began := time.Now()
		g.set(flowLogTo("V9", 2056, 300, 1))
		if took := time.Since(began); took < drainLimit || took > drainLimit+2*time.Second {
			t.Errorf("the change took %v, want %v and a little", took, drainLimit)
		}
		close(stuck)
		if _, err := g.finish(); err != nil {
			t.Error(err)
		}
	})
}

// What a removed output still has is sent, if there is time.
func TestRemovedOutputIsDrained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, nil).start(t.Context())
		g.set(flowLogTo("V10", 2055, 300, 15))
		g.feed(burst(10, 100)...)
		g.set(inactive(flowLogTo("V10", 2055, 300, 15)))
		if n := len(received(t, g.sinks)); n != 10 || g.sinks[0].closings() != 1 {
			t.Errorf("%d records arrived, transport closed %d times; want 10, once", n, g.sinks[0].closings())
		}
		if s := g.status(); s.State != StateInactive || s.Outputs[0].State != Ended || s.Why != "FlowLog fl-00000000000000001 is Inactive" {
			t.Errorf("status: %s, %s, output %s", s.State, s.Why, s.Outputs[0].State)
		}
		if _, err := g.finish(); err != nil {
			t.Error(err)
		}
	})
}

// However many outputs and generations there were, what is kept is bounded and the sums hold.
func TestManyGenerations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, nil).start(t.Context())
		const n = 3 * maxClosed
		for i := range n {
			g.set(flowLogTo("V9", 2000+i, 300, 1))
			g.feed(at{byte(i), float64(100 + i)}, at{byte(i + 1), 100.5 + float64(i)})
		}
		s, err := g.finish()
		if err != nil {
			t.Error(err)
		}
		if len(s.Device.Generations) != maxClosed || s.Device.All != n+1 || len(s.Outputs) != maxClosed+2 {
			t.Errorf("%d generations of %d, %d outputs", len(s.Device.Generations), s.Device.All, len(s.Outputs))
		}
		if name := s.Device.Outputs[0].name(); name != fmt.Sprintf("earlier netflow outputs (generations 1 to %d)", n-maxClosed-1) {
			t.Errorf("the earlier ones are called %q", name)
		}
	})
}

// counting is an output that has counted one record more each time it is asked, as one whose transport is stuck may.
type counting struct {
	exporter.Output
	asked func()
	n     uint64
}

func (c *counting) Name() string                 { return "counting" }
func (c *counting) Finish(context.Context) error { return nil }
func (c *counting) Counters() exporter.Counters {
	c.asked()
	c.n++
	return exporter.Counters{Put: exporter.Sum{Records: c.n}, Acknowledged: exporter.Sum{Records: c.n}}
}

// The last counters of a removed output are taken with the lock held: those that were shown of it before are none later.
func TestLastCounters(t *testing.T) {
	fake := &counting{}
	o, m := newOutputs(), newMember(fake, plan.NetflowPart)
	o.hurry, o.draining = t.Context(), []*member{m}
	fake.asked = func() {
		if o.mu.TryLock() {
			o.mu.Unlock()
			t.Error("the counters are taken without the lock")
		}
	}
	shown := o.states()
	o.drain(m)
	last := o.states()
	if len(last) != 1 || last[0].State != Ended || last[0].Counters.Put.Records <= shown[0].Counters.Put.Records {
		t.Errorf("shown %+v, last %+v", shown, last)
	}
}

func TestMissing(t *testing.T) {
	netflow, sls, file := &member{part: plan.NetflowPart}, &member{part: plan.SLSPart}, &member{}
	one := exporter.Sum{Records: 1}
	var m missing
	m = m.plus(one, []*member{file, netflow})
	m = m.plus(one, []*member{file})
	m = m.plus(one, []*member{netflow, sls})
	if d := cmp.Diff(missing{"netflow": {Records: 1}, "sls": {Records: 2}}, m); d != "" {
		t.Error(d)
	}
}
