package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/config/plan"
	"github.com/sagflow/sagflow/flowtable"
)

// step is a packet or a change of configuration.
type step struct {
	packet *at
	want   *config.Desired
}

func packetStep(host byte, seconds float64) step { return step{packet: &at{host, seconds}} }
func wantStep(d config.Desired) step             { return step{want: &d} }

// play runs steps through a run and through the model, and compares what came out.
func play(t testing.TB, g *rig, steps []step) *Summary {
	t.Helper()
	m := newModel()
	packets := uint64(0)
	for _, s := range steps {
		if s.want != nil {
			g.set(*s.want)
			m.change(*s.want)
			continue
		}
		packets++
		g.feed(*s.packet)
		m.packet(*s.packet)
	}
	m.flush(flowtable.EndOfInput)
	summary, err := g.finish()
	if err != nil {
		t.Errorf("the run ended with %v", err)
	}
	if d := cmp.Diff(sentLines(m.out, isV5(g.sinks)), sentLines(received(t, g.sinks), func(int) bool { return false })); d != "" {
		t.Errorf("(-model +received):\n%s", d)
	}
	if summary.Counted+summary.Inactive != packets || summary.Inactive != m.inactive {
		t.Errorf("%d counted + %d inactive, want %d in all and %d inactive", summary.Counted, summary.Inactive, packets, m.inactive)
	}
	return summary
}

// traffic is packets of some hosts every 100 ms from a second on.
func traffic(from, to float64) []step {
	var all []step
	for i := 0; from+float64(i)*0.1 < to; i++ {
		all = append(all, packetStep(byte(1+i%5), from+float64(i)*0.1))
		if i%7 == 0 {
			all = append(all, packetStep(byte(100+i%20), from+float64(i)*0.1))
		}
	}
	return all
}

// Every kind of change, each while packets flow, with one and with several workers.
func TestSwitches(t *testing.T) {
	one := flowLogTo("V9", 2055, 300, 15)
	other := flowLogTo("V9", 2055, 300, 15)
	other.FlowLog.FlowLogId = "fl-00000000000000002"
	elsewhere := flowLogTo("V10", 9996, 60, 10)
	elsewhere.FlowLog.FlowLogId = "fl-00000000000000003"
	for _, c := range []struct {
		name     string
		wants    []config.Desired
		sessions int
	}{
		{"V9 to V5 to V10", []config.Desired{one, flowLogTo("V5", 2055, 300, 15), flowLogTo("V10", 2055, 300, 15)}, 3},
		{"collector 1 to 2", []config.Desired{one, flowLogTo("V9", 2056, 300, 15)}, 2},
		{"aging", []config.Desired{one, flowLogTo("V9", 2055, 60, 10), flowLogTo("V9", 2055, 600, 60), flowLogTo("V9", 2055, 2, 1)}, 1},
		{"deactivated and activated", []config.Desired{one, inactive(one), one}, 2},
		{"deleted, and another bound", []config.Desired{one, {}, elsewhere}, 2},
		{"another that asks for the same", []config.Desired{one, other}, 1},
		{"version and aging at once", []config.Desired{one, flowLogTo("V10", 2055, 5, 1)}, 2},
		{"back to the first", []config.Desired{one, flowLogTo("V9", 2056, 300, 15), one}, 3},
		{"first of all Inactive", []config.Desired{inactive(one), one}, 1},
		{"unbound throughout", []config.Desired{{}}, 0},
	} {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s, %d workers", c.name, workers), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					g := newRig(t, func(o *ReplayOptions) { o.Workers = workers }).start(t.Context())
					var steps []step
					for i, want := range c.wants {
						steps = append(append(steps, wantStep(want)), traffic(float64(100+20*i), float64(120+20*i))...)
					}
					s := play(t, g, steps)
					if len(g.sinks) != c.sessions || s.Device.All != len(c.wants)+1 {
						t.Errorf("%d sessions and %d generations, want %d and %d", len(g.sinks), s.Device.All, c.sessions, len(c.wants)+1)
					}
				})
			})
		}
	}
}

// drawWant draws from few configurations.
func drawWant(t *rapid.T) config.Desired {
	d := flowLogTo(rapid.SampledFrom([]string{"V5", "V9", "V10"}).Draw(t, "version"), rapid.SampledFrom([]int{2055, 2056}).Draw(t, "port"),
		rapid.SampledFrom([]int{2, 5, 60}).Draw(t, "active"), rapid.SampledFrom([]int{1, 3, 15}).Draw(t, "inactive"))
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return config.Desired{}
	case 1:
		return inactive(d)
	}
	return d
}

// Any sequence of packets and changes gives what the model says, and all sums hold.
func TestAnySequenceOfChanges(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var steps []step
		now := 100.0
		for range rapid.IntRange(0, 60).Draw(rt, "steps") {
			if rapid.IntRange(0, 5).Draw(rt, "what") == 0 {
				steps = append(steps, wantStep(drawWant(rt)))
				continue
			}
			now += rapid.SampledFrom([]float64{0, 0.1, 0.4, 0.5, 1, 2.5, 16, -0.3}).Draw(rt, "gap")
			steps = append(steps, packetStep(byte(rapid.IntRange(1, 4).Draw(rt, "host")), now))
		}
		steps = append([]step{wantStep(drawWant(rt))}, steps...)
		workers := rapid.SampledFrom([]int{1, 2}).Draw(rt, "workers")
		synctest.Test(t, func(t *testing.T) {
			play(t, newRig(t, func(o *ReplayOptions) { o.Workers = workers }).start(t.Context()), steps)
		})
		if t.Failed() {
			rt.Fatal("failed")
		}
	})
}

// While packets wait for their time a change takes effect at once, and what leaves the table then goes
// where the change says.
func TestChangeWhilePacketsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, func(o *ReplayOptions) {
			o.Speed, o.Files, o.Stdin = 1, []string{writeCapture(t, "a.pcap", at{1, 100}, at{2, 101}, at{1, 160}, at{2, 170})}, nil
		}).start(t.Context())
		g.set(flowLogTo("V9", 2055, 300, 50))
		time.Sleep(30 * time.Second)
		began := time.Now()
		g.set(flowLogTo("V10", 2056, 300, 50))
		if took := time.Since(began); took > time.Millisecond {
			t.Errorf("the change took %v", took)
		}
		if s := g.status(); s.Generation != 2 || s.State != StateRunning {
			t.Errorf("status says generation %d, %s", s.Generation, s.State)
		}
		time.Sleep(25 * time.Second) // idle flows leave with no packet touching them
		synctest.Wait()
		if n := len(received(t, g.sinks)); n != 2 || len(received(t, g.sinks[:1])) != 0 {
			t.Errorf("%d records so far, %d of them at the first collector; want 2 at the second", n, len(received(t, g.sinks[:1])))
		}
		g.begun = true
		if _, err := g.finish(); err != nil {
			t.Error(err)
		}
		if n := len(received(t, g.sinks)); n != 4 {
			t.Errorf("%d records, want 4", n)
		}
	})
}

// A part that can't be built leaves the whole old configuration in force, and nothing behind.
func TestRefusedChanges(t *testing.T) {
	one := flowLogTo("V9", 2055, 300, 15)
	all := flowLogTo("V10", 2056, 60, 10)
	all.FlowLog.OutputType, all.FlowLog.ProjectName = flowlog.OutputAll, "p"
	for _, c := range []struct {
		name  string
		want  config.Desired
		at    plan.Part
		error string
	}{
		{"collector", flowLogTo("V10", 2056, 60, 10), plan.NetflowPart, "build netflow output: injected"},
		{"encoder", flowLogTo("V7", 2056, 60, 10), "", "build netflow output: make encoder"},
		{"log service after the collector was built", all, plan.SLSPart, "build sls output: injected"},
		{"log service that this program lacks", all, "", "no output to Log Service"},
		{"aging that no table takes", flowLogTo("V10", 2056, -1, 10), "", "flow table: aging"},
	} {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s, %d workers", c.name, workers), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					g := newRig(t, func(o *ReplayOptions) { o.Workers = workers }).start(t.Context())
					g.set(one)
					g.feed(at{1, 100}, at{2, 101})
					g.fail(c.at, errors.New("injected"))
					for range 3 {
						if err := g.source.set(c.want); err == nil || !strings.Contains(err.Error(), c.error) {
							t.Errorf("error %v, want %q", err, c.error)
						}
					}
					synctest.Wait()
					if s := g.status(); s.Generation != 1 || s.Healthy || len(s.Troubles) != 1 || !strings.Contains(s.LastError, c.error) {
						t.Errorf("status: generation %d, healthy %v, troubles %q, last error %q", s.Generation, s.Healthy, s.Troubles, s.LastError)
					}
					if n := strings.Count(g.log.String(), "can't be put in force; what was in force stays"); n != 1 {
						t.Errorf("the refusal is logged %d times", n)
					}
					g.feed(at{1, 110}, at{3, 200}, at{1, 201})
					g.set(one)
					if s := g.status(); !s.Healthy || s.Generation != 1 {
						t.Errorf("status: generation %d, troubles %q", s.Generation, s.Troubles)
					}
					for _, built := range g.sinks[1:] {
						if len(built.datagrams()) != 0 {
							t.Errorf("%d datagrams went to a collector that never came in force", len(built.datagrams()))
						}
						if built.closings() != 1 {
							t.Errorf("a transport that is not needed was closed %d times", built.closings())
						}
					}
					keepFirst(g)
					m := newModel()
					m.change(one)
					for _, p := range []at{{1, 100}, {2, 101}, {1, 110}, {3, 200}, {1, 201}} {
						m.packet(p)
					}
					m.flush(flowtable.EndOfInput)
					if _, err := g.finish(); err != nil {
						t.Error(err)
					}
					if d := cmp.Diff(sentLines(m.out, isV5(g.sinks)), sentLines(received(t, g.sinks), isV5(g.sinks))); d != "" {
						t.Errorf("(-model +received):\n%s", d)
					}
				})
			})
		}
	}
}

// keepFirst forgets all sinks but the first: a session that could not be made leaves its sink to whoever
// made it, here to nobody.
func keepFirst(g *rig) { g.sinks = g.sinks[:1] }

// A run whose source has nothing counts everything as inactive, says why, and ends with an error.
func TestNoAnswer(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*scripted)
		want string
	}{
		{"the source fails", func(s *scripted) { s.fail("connection refused") }, "connection refused"},
		{"the source ends", func(s *scripted) { s.end = errors.New("no such device") }, "no such device"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newRig(t, nil)
				c.do(g.source)
				g.start(t.Context())
				g.feed(at{1, 1}, at{1, 2})
				s, err := g.finish()
				if !errors.Is(err, errNothingInForce) || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %v, want %q", err, c.want)
				}
				if s.Inactive != 2 || s.Counted != 0 || s.Table.Packets != 0 {
					t.Errorf("%d inactive, %d counted; want 2, 0", s.Inactive, s.Counted)
				}
				if st := g.status(); st.State != StateInactive || st.Healthy || st.Ended.IsZero() {
					t.Errorf("status %s, healthy %v, ended %v", st.State, st.Healthy, st.Ended)
				}
			})
		})
	}
}

// A capture at full speed is not over before the source's first answer.
func TestWaitsForTheFirstAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, func(o *ReplayOptions) {
			o.Files, o.Stdin = []string{writeCapture(t, "a.pcap", at{1, 1}, at{1, 2})}, nil
		}).start(t.Context())
		time.Sleep(5 * time.Second)
		g.set(flowLogTo("V9", 2055, 300, 15))
		g.begun = true
		s, err := g.finish()
		if err != nil || s.Counted != 2 || s.Inactive != 0 {
			t.Errorf("%d counted, %d inactive, error %v; want 2, 0 and none", s.Counted, s.Inactive, err)
		}
	})
}

// After the end of the input nothing comes in force any more; an interrupt flushes as ever.
func TestInterruptOfADevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		g := newRig(t, nil).start(ctx)
		g.set(flowLogTo("V9", 2055, 300, 15))
		g.feed(at{1, 1}, at{2, 2})
		cancel()
		err := <-g.ended
		g.ended <- err
		if !errors.Is(err, ErrInterrupted) {
			t.Errorf("error %v", err)
		}
		if err := g.r.device.apply(context.Background(), flowLogTo("V10", 2055, 300, 15)); !errors.Is(err, errInputEnded) {
			t.Errorf("a change after the end: %v", err)
		}
		s, _ := g.finish()
		if s.Table.EndReasons["forced"] != 2 {
			t.Errorf("end reasons %v", s.Table.EndReasons)
		}
		if st := g.status(); st.Ended.IsZero() || st.Outputs[0].State != Ended {
			t.Errorf("status does not say that it is over: %+v", st)
		}
	})
}

// The record file of the command line stays as it is through all changes.
func TestRecordFileStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "records")
		g := newRig(t, func(o *ReplayOptions) { o.Records = path }).start(t.Context())
		one := flowLogTo("V9", 2055, 300, 15)
		play(t, g, append(append([]step{wantStep(one)}, traffic(100, 120)...), wantStep(inactive(one)), packetStep(1, 130), wantStep(flowLogTo("V5", 2055, 3, 1)), packetStep(1, 140)))
		text, err := os.ReadFile(path)
		if err != nil || strings.Count(string(text), "\n") != len(received(t, g.sinks)) {
			t.Errorf("%d lines, error %v; want as many as records were sent: %d", strings.Count(string(text), "\n"), err, len(received(t, g.sinks)))
		}
	})
}

func TestDeviceOptionsRefused(t *testing.T) {
	o := defaults("x")
	o.Device = &DeviceOptions{Source: newScripted()}
	wrong := (*OptionError)(nil)
	if _, err := NewReplay(o); !errors.As(err, &wrong) {
		t.Errorf("error %v, want an OptionError", err)
	}
}

// A state directory that can't be written is an error at the start, unless it is optional.
func TestStateDirectory(t *testing.T) {
	file := writeCapture(t, "a.pcap", at{1, 1})
	for _, optional := range []bool{false, true} {
		source := config.NewLiteral(config.LiteralOptions{FlowLog: flowLogTo("V9", 2055, 300, 15).FlowLog, Retry: time.Second})
		o := ReplayOptions{
			Files: []string{file}, Loop: 1,
			Options: Options{
				MaxFlows: 10, Workers: 1, MTU: 1500, Quiet: true, Stdout: io.Discard, Stderr: io.Discard,
				Device: &DeviceOptions{Source: source, StateDirectory: filepath.Join(file, "state"), StateOptional: optional},
			},
		}
		r, err := NewReplay(o)
		if err != nil {
			t.Fatal(err)
		}
		r.device.builders[plan.NetflowPart] = (&rig{r: r}).buildNetflow
		err = r.Run(t.Context(), t.Context())
		if (err == nil) != optional || err != nil && !strings.Contains(err.Error(), "state directory") {
			t.Errorf("optional %v: error %v", optional, err)
		}
	}
}
