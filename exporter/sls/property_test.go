package sls

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/exporter/sls/client"
	"github.com/sagflow/sagflow/internal/testutil"
)

// schedules is how many are run: SAGFLOW_SCHEDULES, or what the ordinary test has time for.
func schedules(t *testing.T, ordinary int) int {
	return testutil.Count(t, "SAGFLOW_SCHEDULES", ordinary)
}

// Whatever happens, each record of an accepted batch is in the store or set aside in the end, under
// one name, and nothing else is.
func TestSchedules(t *testing.T) {
	want, n, restarts, resent := schedules(t, 1000), 0, 0, uint64(0)
	for n < want {
		rapid.Check(t, func(rt *rapid.T) {
			sc := drawSchedule(rt)
			n++
			var l *life
			var err error
			synctest.Test(t, func(*testing.T) { l, err = sc.run(nil) })
			if err != nil {
				rt.Fatalf("%v", err)
			}
			restarts += l.restarts
			resent += l.resent
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d schedules, %d restarts, %d records resent", n, restarts, resent)
}

// early acknowledges what was sent, and not what was committed.
type early struct{ Putter }

func (m early) Put(ctx context.Context, r *client.Request) error {
	err := m.Putter.Put(ctx, r)
	if e, ok := errors.AsType[*client.Error](err); ok && e.Kind == client.Network && e.Sent {
		return nil
	}
	return err
}

// forgetful forgets one batch in a thousand.
type forgetful struct {
	Putter
	n *atomic.Uint64
}

func (m forgetful) Put(ctx context.Context, r *client.Request) error {
	if m.n.Add(1)%1000 == 0 {
		return nil
	}
	return m.Putter.Put(ctx, r)
}

// The harness sees what it is there to see.
func TestMutantsAreCaught(t *testing.T) {
	var n atomic.Uint64
	wrap := func(with func(Putter) Putter) func(*world) { return func(w *world) { w.wrap = with } }
	for name, mutate := range map[string]func(*world){
		"device acknowledges before commit":     wrap(func(p Putter) Putter { return early{p} }),
		"device forgets one batch in thousand":  wrap(func(p Putter) Putter { return forgetful{p, &n} }),
		"service acknowledges before commit":    func(w *world) { w.service.volatile = true },
		"service forgets one batch in thousand": func(w *world) { w.service.forgets = func() bool { return n.Add(1)%1000 == 0 } },
	} {
		t.Run(name, func(t *testing.T) {
			draw := rapid.Custom(drawSchedule)
			for i := range 2000 {
				var err error
				synctest.Test(t, func(*testing.T) { _, err = draw.Example(i).run(mutate) })
				if errors.Is(err, errLost) {
					t.Logf("caught by schedule %d: %v", i, err)
					return
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			t.Error("2,000 schedules didn't catch it")
		})
	}
}
