package smartag

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config"
)

// running runs a Source in the bubble until stop.
func running(t *testing.T, s *Source, r *recorder) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx, r.apply) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}

func checkApplied(t *testing.T, r *recorder, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, r.texts()); diff != "" {
		t.Errorf("applied (-want +got):\n%s", diff)
	}
}

func TestChangesAreApplied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, r := &fakeAPI{}, &recorder{}
		api.bind(describedAs(idA, "192.0.2.1"))
		s := newSource(t, testOptions(api))
		stop := running(t, s, r)
		defer stop()
		synctest.Wait()
		checkApplied(t, r, "api "+idA+"@192.0.2.1")
		time.Sleep(10*time.Minute + 30*time.Second)
		api.bind(describedAs(idA, "192.0.2.2"))
		time.Sleep(time.Minute)
		inactive := describedAs(idA, "192.0.2.2")
		inactive["Status"] = "Inactive"
		api.bind(inactive)
		time.Sleep(time.Minute)
		api.bind()
		time.Sleep(time.Minute)
		api.bind(describedAs(idB, "192.0.2.3"))
		time.Sleep(time.Minute)
		synctest.Wait()
		checkApplied(t, r, "api "+idA+"@192.0.2.1", "api "+idA+"@192.0.2.2", "api "+idA+"@192.0.2.2", "api unbound", "api "+idB+"@192.0.2.3")
		if r.got[1].Runs() == r.got[2].Runs() {
			t.Error("the change of Status did not come through")
		}
		st := s.Status()
		if st.Polls != 15 || st.Failed != 0 || st.Error != "" || st.Origin != config.FromAPI || !st.LastGood.Equal(st.LastPoll) {
			t.Errorf("status %+v", st)
		}
	})
}

func TestPollsKeepTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, r := &fakeAPI{}, &recorder{}
		api.answer(func(_ http.ResponseWriter, r *http.Request) bool {
			time.Sleep(3 * time.Second) // a slow API
			return false
		})
		o := testOptions(api)
		jitter := []float64{0, 0.5, 0.999}
		o.Jitter = func() float64 { j := jitter[0]; jitter = append(jitter[1:], j); return j }
		stop := running(t, newSource(t, o), r)
		time.Sleep(5 * time.Minute)
		stop()
		_, times := api.seen()
		for i := 1; i < len(times); i++ {
			if gap := times[i].Sub(times[i-1]); gap < 54*time.Second || gap > time.Minute {
				t.Errorf("poll %d follows after %v", i, gap)
			}
		}
	})
}

func TestFailuresKeepWhatIsInForce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, r, log := &fakeAPI{}, &recorder{}, &logBuffer{}
		api.bind(describedAs(idA, "192.0.2.1"))
		o := testOptions(api)
		o.Log = log.logger()
		s := newSource(t, o)
		defer running(t, s, r)()
		time.Sleep(time.Minute + time.Second)
		api.fails(500, "InternalError")
		time.Sleep(30 * time.Minute)
		st := s.Status()
		if st.Error == "" || st.Failed < 30 || st.Faults["server"] != st.Failed || st.Polls != st.Failed+2 ||
			time.Since(st.Since) < 29*time.Minute || time.Since(st.LastGood) < 29*time.Minute || st.Origin != config.FromAPI {
			t.Errorf("while it fails: %+v", st)
		}
		api.fails(404, "InvalidAccessKeyId.NotFound")
		time.Sleep(30 * time.Minute)
		api.fails(0, "")
		time.Sleep(time.Minute)
		synctest.Wait()
		if st := s.Status(); st.Error != "" || !st.Since.IsZero() || st.Faults["refused"] == 0 {
			t.Errorf("recovered: %+v", st)
		}
		checkApplied(t, r, "api "+idA+"@192.0.2.1")
		if lines := log.lines(); len(lines) != 3 || !strings.Contains(lines[0], "kind=server") ||
			!strings.Contains(lines[1], "kind=refused") || !strings.Contains(lines[2], "pulled again") {
			t.Errorf("log:\n%s", strings.Join(lines, "\n"))
		}
	})
}

func TestRecoveryIsNoticedWithinAnInterval(t *testing.T) {
	for _, h := range hostile {
		synctest.Test(t, func(t *testing.T) {
			api, r := &fakeAPI{}, &recorder{}
			api.bind(describedAs(idA, "192.0.2.1"))
			api.answer(func(w http.ResponseWriter, _ *http.Request) bool {
				w.WriteHeader(h.status)
				fmt.Fprint(w, h.body)
				return true
			})
			defer running(t, newSource(t, testOptions(api)), r)()
			time.Sleep(17*time.Minute + time.Millisecond)
			checkApplied(t, r)
			api.fails(0, "")
			time.Sleep(time.Minute)
			synctest.Wait()
			checkApplied(t, r, "api "+idA+"@192.0.2.1")
		})
	}
}

func TestApplyIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, r, log := &fakeAPI{}, &recorder{}, &logBuffer{}
		api.bind(describedAs(idA, "192.0.2.1"))
		o := testOptions(api)
		o.Log, o.StateDirectory = log.logger(), t.TempDir()
		s := newSource(t, o)
		defer running(t, s, r)()
		time.Sleep(time.Second)
		r.fail(errors.New("resolve collector: no such host"))
		api.bind(describedAs(idB, "192.0.2.2"))
		time.Sleep(3 * time.Minute)
		st := s.Status()
		if st.Failed != 0 || st.Faults["apply"] != 3 || !strings.Contains(st.Error, "no such host") {
			t.Errorf("status %+v", st)
		}
		if d, _, _ := load(s.store); d.FlowLog.FlowLogId != idA {
			t.Errorf("kept on disk: %v: want what was in force", d)
		}
		api.fails(503, "ServiceUnavailable")
		time.Sleep(time.Minute)
		r.fail(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		b := "api " + idB + "@192.0.2.2"
		checkApplied(t, r, "api "+idA+"@192.0.2.1", b, b, b, b, b)
		if st := s.Status(); strings.Contains(st.Error, "no such host") || !strings.Contains(st.Error, "throttled") {
			t.Errorf("status %+v", st)
		}
		if d, _, _ := load(s.store); d.FlowLog.FlowLogId != idB {
			t.Errorf("kept on disk: %v", d)
		}
	})
}

// What could not be put in force is withdrawn: the old one is asked for again.
func TestWithdrawnWhileApplyFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, r := &fakeAPI{}, &recorder{}
		api.bind(describedAs(idA, "192.0.2.1"))
		s := newSource(t, testOptions(api))
		defer running(t, s, r)()
		time.Sleep(time.Second)
		r.fail(errors.New("no"))
		api.bind(describedAs(idB, "192.0.2.2"))
		time.Sleep(time.Minute)
		r.fail(nil)
		api.bind(describedAs(idA, "192.0.2.1"))
		time.Sleep(3 * time.Minute)
		a, b := "api "+idA+"@192.0.2.1", "api "+idB+"@192.0.2.2"
		checkApplied(t, r, a, b, a)
		if st := s.Status(); st.Error != "" {
			t.Errorf("status %+v", st)
		}
	})
}

// once runs a Source over a state directory for a while, as one life of the device.
func once(t *testing.T, dir string, api http.Handler, d time.Duration, change func(*Options)) (*Source, *recorder) {
	t.Helper()
	r := &recorder{}
	o := testOptions(api)
	o.StateDirectory = dir
	if change != nil {
		change(&o)
	}
	s := newSource(t, o)
	stop := running(t, s, r)
	time.Sleep(d)
	synctest.Wait()
	stop()
	return s, r
}

func TestStartWithoutAPI(t *testing.T) {
	for name, c := range map[string]struct {
		bound []map[string]any
		want  string
	}{
		"bound":   {[]map[string]any{describedAs(idA, "192.0.2.1")}, idA + "@192.0.2.1"},
		"unbound": {nil, "unbound"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api, dir := &fakeAPI{}, filepath.Join(t.TempDir(), "state")
				api.bind(describedAs(idB, "192.0.2.9"))
				once(t, dir, api, time.Second, nil)
				api.bind(c.bound...)
				once(t, dir, api, time.Second, nil)
				api.fails(500, "InternalError")
				s, r := once(t, dir, api, time.Second/2, nil)
				checkApplied(t, r, "last-good "+c.want)
				if st := s.Status(); st.Origin != config.FromLastGood || st.Error == "" || !st.LastGood.IsZero() {
					t.Errorf("status %+v", st)
				}
			})
		})
	}
}

func TestStartWithAPIThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, dir := &fakeAPI{}, t.TempDir()
		api.bind(describedAs(idA, "192.0.2.1"))
		once(t, dir, api, time.Second, nil)
		api.answer(func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true })
		_, r := once(t, dir, api, firstPullTimeout, nil)
		checkApplied(t, r, "last-good "+idA+"@192.0.2.1")
		_, r = once(t, dir, api, firstPullTimeout-time.Millisecond, nil)
		checkApplied(t, r)
	})
}

func TestAPITakesOverFromLastGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, dir := &fakeAPI{}, t.TempDir()
		api.bind(describedAs(idA, "192.0.2.1"))
		once(t, dir, api, time.Second, nil)
		for _, c := range []struct {
			now  map[string]any
			want []string
		}{
			{describedAs(idA, "192.0.2.1"), []string{"last-good " + idA + "@192.0.2.1"}},
			{describedAs(idA, "192.0.2.2"), []string{"last-good " + idA + "@192.0.2.1", "api " + idA + "@192.0.2.2"}},
		} {
			api.fails(500, "InternalError")
			o := testOptions(api)
			o.StateDirectory = dir
			s, r := newSource(t, o), &recorder{}
			stop := running(t, s, r)
			time.Sleep(10 * time.Minute)
			api.bind(c.now)
			api.fails(0, "")
			time.Sleep(time.Minute)
			synctest.Wait()
			stop()
			checkApplied(t, r, c.want...)
			if st := s.Status(); st.Origin != config.FromAPI || st.Error != "" {
				t.Errorf("status %+v", st)
			}
		}
	})
}

// The API is asked first: what it says is applied, not what was last good.
func TestLastGoodWaitsForTheFirstPull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, dir := &fakeAPI{}, t.TempDir()
		api.bind(describedAs(idA, "192.0.2.1"))
		once(t, dir, api, time.Second, nil)
		api.bind(describedAs(idB, "192.0.2.2"))
		_, r := once(t, dir, api, time.Second, nil)
		checkApplied(t, r, "api "+idB+"@192.0.2.2")
	})
}

func TestLastGoodOfNoUse(t *testing.T) {
	for name, spoil := range map[string]func(path string, o *Options){
		"damaged": func(path string, _ *Options) { _ = os.WriteFile(path, []byte("{"), 0o600) },
		"another": func(_ string, o *Options) { o.GatewayID = "sag-another" },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api, dir, log := &fakeAPI{}, t.TempDir(), &logBuffer{}
				api.bind(describedAs(idA, "192.0.2.1"))
				once(t, dir, api, time.Second, nil)
				api.fails(500, "InternalError")
				s, r := once(t, dir, api, time.Hour, func(o *Options) {
					o.Log = log.logger()
					spoil(filepath.Join(dir, lastGoodFile), o)
				})
				checkApplied(t, r)
				if st := s.Status(); st.Faults["last-good"] != 1 || !strings.Contains(st.Error, lastGoodFile) {
					t.Errorf("status %+v", st)
				}
				if lines := log.lines(); len(lines) != 2 {
					t.Errorf("log:\n%s", strings.Join(lines, "\n"))
				}
				api.fails(0, "")
				if s, _ = once(t, dir, api, time.Second, nil); s.Status().Error != "" {
					t.Errorf("after a good answer: %+v", s.Status())
				}
			})
		})
	}
}

func TestStateDirectoryThatCanNotBeWritten(t *testing.T) {
	o := testOptions(&fakeAPI{})
	o.StateDirectory = unwritable(t)
	s := newSource(t, o)
	if err := s.Prepare(); err == nil || !strings.Contains(err.Error(), o.StateDirectory) {
		t.Errorf("Prepare: %v", err)
	}
	if err := s.Run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "state directory") {
		t.Errorf("Run: %v", err)
	}
}

func TestStateThatMayBeMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, log := &fakeAPI{}, &logBuffer{}
		api.bind(describedAs(idA, "192.0.2.1"))
		s, r := once(t, unwritable(t), api, time.Hour, func(o *Options) { o.StateOptional, o.Log = true, log.logger() })
		checkApplied(t, r, "api "+idA+"@192.0.2.1")
		if st := s.Status(); st.Faults["state"] != 1 || st.Error != "" {
			t.Errorf("status %+v", st)
		}
		if lines := log.lines(); len(lines) != 1 || !strings.Contains(lines[0], "without a last good") {
			t.Errorf("log %v", lines)
		}
	})
}

// The disk fills up while running: said once, tried at each poll, mended by itself.
func TestStateThatFailsLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, r, log := &fakeAPI{}, &recorder{}, &logBuffer{}
		api.bind(describedAs(idA, "192.0.2.1"))
		o := testOptions(api)
		o.StateDirectory, o.Log = filepath.Join(t.TempDir(), "s"), log.logger()
		s := newSource(t, o)
		if err := s.Prepare(); err != nil {
			t.Fatal(err)
		}
		remove(t, o.StateDirectory)
		defer running(t, s, r)()
		time.Sleep(3*time.Minute + time.Second)
		if st := s.Status(); st.Faults["state"] != 4 || st.Failed != 0 || !strings.Contains(st.Error, lastGoodFile) {
			t.Errorf("status %+v", st)
		}
		if lines := log.lines(); len(lines) != 1 {
			t.Errorf("log %v", lines)
		}
		if err := os.Mkdir(o.StateDirectory, 0o700); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute)
		if st := s.Status(); st.Error != "" {
			t.Errorf("status %+v", st)
		}
		if _, found, err := load(s.store); !found || err != nil {
			t.Errorf("load: %v, %v", found, err)
		}
	})
}

// Stopping in the middle of a pull or of an apply is no failure.
func TestStopInTheMiddle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, log := &fakeAPI{}, &logBuffer{}
		api.answer(func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true })
		s, r := once(t, "", api, time.Second, func(o *Options) { o.Log = log.logger() })
		checkApplied(t, r)
		if st := s.Status(); st.Polls != 0 || st.Error != "" {
			t.Errorf("status %+v", st)
		}
		api.answer(nil)
		ctx, cancel := context.WithCancel(t.Context())
		err := s.Run(ctx, func(ctx context.Context, _ config.Desired) error { cancel(); return ctx.Err() })
		if st := s.Status(); err != nil || st.Error != "" || len(st.Faults) != 0 {
			t.Errorf("Run: %v, status %+v", err, st)
		}
		if lines := log.lines(); len(lines) != 1 || lines[0] != "" {
			t.Errorf("log %v", lines)
		}
	})
}

// Nothing that is said holds a secret, whatever the API echoes.
func TestNothingSaidHoldsSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, status := range []int{200, 302, 400, 403, 404, 500, 503} {
			api, log := &fakeAPI{}, &logBuffer{}
			api.answer(func(w http.ResponseWriter, r *http.Request) bool {
				w.Header().Set("Location", r.URL.String())
				w.WriteHeader(status)
				fmt.Fprint(w, marshal(map[string]any{
					"RequestId": keySecret, "Code": "SignatureDoesNotMatch", "SmartAGId": keySecret,
					"Message": r.URL.String() + " " + keySecret + " server string to sign is:" + percent(r.URL.RawQuery),
				}))
				return true
			})
			s, _ := once(t, "", api, 10*time.Minute, func(o *Options) { o.Log = log.logger() })
			checkNoSecrets(t, marshal(s.Status()))
			checkNoSecrets(t, strings.Join(log.lines(), "\n"))
		}
	})
}
