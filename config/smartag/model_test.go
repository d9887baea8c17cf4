package smartag

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/config"
)

// interval is what the world does for one interval.
type interval struct {
	bound   []map[string]any
	hostile int // index into hostile, -1 for a working API
	refuses bool
	restart bool
}

func drawStep(r *rapid.T) interval {
	s := interval{hostile: -1, refuses: rapid.IntRange(0, 3).Draw(r, "refuses") == 0, restart: rapid.IntRange(0, 4).Draw(r, "restart") == 0}
	id := rapid.SampledFrom([]string{idA, idB}).Draw(r, "id")
	f := describedAs(id, rapid.SampledFrom([]string{"192.0.2.1", "192.0.2.2"}).Draw(r, "collector"))
	switch rapid.IntRange(0, 5).Draw(r, "what") {
	case 0:
		s.hostile = rapid.IntRange(0, len(hostile)-1).Draw(r, "hostile")
	case 1:
		s.bound = []map[string]any{f, describedAs(idA[:3]+"ccccccccccccccccc", "192.0.2.3")}
	case 2:
		f["ActiveAging"] = 1
		s.bound = []map[string]any{f}
	case 3: // unbound
	default:
		s.bound = []map[string]any{f}
	}
	return s
}

// valid says what the API validly answers in this step.
func (s interval) valid() (config.Desired, bool) {
	switch {
	case s.hostile >= 0 || len(s.bound) > 1:
		return config.Desired{}, false
	case len(s.bound) == 0:
		return config.Desired{}, true
	case s.bound[0]["ActiveAging"] == 1:
		return config.Desired{}, false
	default:
		f := s.bound[0]
		return config.Desired{Bound: true, FlowLog: wantedAs(f["FlowLogId"].(string), f["NetflowServerIp"].(string))}, true
	}
}

// model says what is desired and what is in force: the whole meaning of a Source in a few lines.
type model struct {
	desired, inForce, disk     config.Desired
	known, applied, ever, kept bool
}

func (m *model) take(s interval) {
	if s.restart {
		m.known, m.applied, m.ever = false, false, false
	}
	fromAPI := false
	if d, ok := s.valid(); ok {
		m.applied = m.applied && m.desired.Same(d)
		m.desired, m.known, fromAPI = d, true, true
	} else if !m.known && m.kept {
		m.desired, m.known = m.disk, true
	}
	if m.known && !m.applied && !s.refuses {
		m.applied, m.ever, m.inForce = true, true, m.desired
	}
	if m.applied && (fromAPI || m.desired.Origin == config.FromAPI) {
		m.disk, m.kept = m.desired, true
	}
	if fromAPI {
		m.desired.Origin = config.FromAPI
	}
}

// device applies, and remembers what is in force.
type device struct {
	mu            sync.Mutex
	refuses, ever bool
	inForce       config.Desired
}

func (d *device) apply(_ context.Context, want config.Desired) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuses {
		return errors.New("refused")
	}
	d.inForce, d.ever = want, true
	return nil
}

func (d *device) obey(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refuses = !on
}

func (d *device) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ever = false
}

func (d *device) state() (config.Desired, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.inForce, d.ever
}

func (s interval) serve(api *fakeAPI) {
	api.bind(s.bound...)
	api.answer(nil)
	if s.hostile >= 0 {
		h := hostile[s.hostile]
		api.answer(func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(h.status)
			fmt.Fprint(w, h.body)
			return true
		})
	}
}

// Whatever the API answers, apply returns and when the device restarts: in force is what the model says.
func TestModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(drawStep), 1, 12).Draw(r, "steps")
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			api, m, d := &fakeAPI{}, &model{}, &device{}
			stop := func() {}
			for i, s := range steps {
				s.serve(api)
				if s.restart || i == 0 {
					stop()
					d.forget()
				}
				d.obey(!s.refuses)
				if s.restart || i == 0 {
					stop = start(t, dir, api, d)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				m.take(s)
				if got, ever := d.state(); ever != m.ever || ever && !got.Same(m.inForce) {
					t.Errorf("step %d %+v: in force %v %v, want %v %v", i, s, ever, got, m.ever, m.inForce)
					break
				}
			}
			stop()
		})
		if t.Failed() {
			r.FailNow()
		}
	})
}

func start(t *testing.T, dir string, api *fakeAPI, d *device) (stop func()) {
	t.Helper()
	o := testOptions(api)
	o.StateDirectory = dir
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	s := newSource(t, o)
	go func() { done <- s.Run(ctx, d.apply) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}
