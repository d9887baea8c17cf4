package endtoend

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/config/smartag"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/lab/fault"
)

// The calls of a device.
const (
	gatewayAction  = "DescribeSmartAccessGatewayAttribute"
	flowLogsAction = "DescribeFlowLogs"
)

// failure is a way for the API to fail, and what a device makes of it.
type failure struct {
	kind       string
	parameters fault.Values
	// seen is how the status calls it, "" where the device can't tell an answer from a right one.
	seen smartag.Kind
	// passes says that the device gets along with it: changes come in force meanwhile.
	passes bool
}

// failures have each kind of fault at least once.
func failures() []failure {
	return []failure{
		{kind: fault.Latency, parameters: fault.Values{"delay": "300ms"}, passes: true},
		{kind: fault.Status, seen: smartag.Throttled},
		{kind: fault.Status, parameters: fault.Values{"status": "500"}, seen: smartag.Server},
		{kind: fault.Throttling, seen: smartag.Throttled},
		{kind: fault.CutBefore, seen: smartag.Network},
		{kind: fault.CutAfter, seen: smartag.Network},
		{kind: fault.CutBody, seen: smartag.Network},
		{kind: fault.WrongJSON, seen: smartag.Malformed},
		{kind: fault.WrongJSON, parameters: fault.Values{"body": `{"Code":500}`}, seen: smartag.Malformed},
		{kind: fault.TruncatedJSON, seen: smartag.Malformed},
		{kind: fault.EmptyBody, seen: smartag.Malformed},
		{kind: fault.EmptyObject, seen: smartag.Malformed},
		{kind: fault.Null, seen: smartag.Malformed},
		{kind: fault.OldData},
		{kind: fault.OtherDevice, seen: "another-"},
		{kind: fault.OtherDevice, parameters: fault.Values{"SmartAGId": otherGateway, "FlowLogId": "of the other device"}, seen: "another-"},
		{kind: fault.Redirect, seen: smartag.Redirect},
		{kind: fault.ClockSkew, passes: true},
		{kind: fault.ClockSkew, parameters: fault.Values{"offset": "-26h"}, passes: true},
		{kind: fault.KeyRevoked, seen: smartag.Refused},
		{kind: fault.KeyExpired, seen: smartag.Refused},
		{kind: fault.HugeBody, seen: smartag.TooLarge},
		{kind: fault.EndlessBody, seen: smartag.TooLarge},
		{kind: fault.HTMLPage, seen: smartag.Malformed},
	}
}

func (f failure) String() string {
	text := f.kind
	for _, name := range []string{"delay", "status", "body", "offset", "SmartAGId"} {
		if v, ok := f.parameters[name]; ok {
			text += fmt.Sprintf(" %s %s", name, v)
		}
	}
	return text
}

// Whatever one of the two calls answers, the device stays on its last good FlowLog and says what is wrong; once the
// API is well again, what was changed meanwhile is in force within a poll and a second, and the sums are exact.
func TestFaults(t *testing.T) {
	tried := map[string]bool{}
	var all results
	t.Run("rows", func(t *testing.T) {
		for _, f := range failures() {
			tried[f.kind] = true
			for _, action := range []string{gatewayAction, flowLogsAction} {
				t.Run(action+" "+f.String(), func(t *testing.T) {
					t.Parallel()
					all.add(newFaultRun(t, f, action).run())
				})
			}
		}
	})
	for _, k := range fault.Common() {
		if !tried[k.Name] {
			t.Errorf("fault %q was not tried", k.Name)
		}
	}
	t.Log(all.String())
}

// results are the rows' effects, of rows that run at once.
type results struct {
	mu      sync.Mutex
	lines   []string
	longest time.Duration
}

func (r *results) add(name string, e effect) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, fmt.Sprintf("%6.1f ms  %s", milliseconds(e.inForce), name))
	r.longest = max(r.longest, e.inForce)
}

func (r *results) String() string {
	return fmt.Sprintf("%d rows; in force after the fault's end, or after the change where the device gets along:\n%s\nlongest %.1f ms",
		len(r.lines), strings.Join(r.lines, "\n"), milliseconds(r.longest))
}

// faultRun is a scene with a second FlowLog, and a neighbour whose FlowLog goes to a collector that nothing may reach.
type faultRun struct {
	*scene
	failure
	action     string
	id, second string
	decoy      *station
	decoyID    string
}

func newFaultRun(t *testing.T, f failure, action string) *faultRun {
	t.Helper()
	r := &faultRun{scene: newScene(t), failure: f, action: action, decoy: startStation(t, "of the other device", anyPort)}
	r.id, r.second = r.api.create(to(r.one, "V9", 300, 15)), r.api.create(to(r.two, "V10", 300, 15))
	r.decoyID = r.api.create(to(r.decoy, "V9", 300, 15))
	r.api.bind(r.id, gateway)
	r.api.bind(r.decoyID, otherGateway)
	r.start(r.id, r.one.output("V9"), r.one, func(o *agent.ReplayOptions) { o.Speed = 150 })
	r.device.polled(t, 1)
	return r
}

// run is one row of the table. It returns its name and the time to effect.
func (r *faultRun) run() (string, effect) {
	r.t.Helper()
	r.lab.fail(r.t, r.rule())
	r.lab.failed(r.t)
	if r.passes {
		return r.getAlong()
	}
	r.unwell()
	if r.kind == fault.OldData {
		r.alterUnseen()
	} else {
		r.alter()
	}
	r.stays()
	healed := time.Now()
	r.lab.heal(r.t, "")
	r.took(r.String(), 2, healed, r.wanted)
	r.device.until(r.t, "the trouble is over", func(now *agent.Status) bool { return now.Healthy && now.Source.Error == "" })
	r.over()
	return r.action + " " + r.String(), r.effects[0]
}

func (r *faultRun) rule() fault.Rule {
	rule := fault.Rule{Action: r.action, Kind: r.kind, Parameters: fault.Values{}}
	for name, value := range r.parameters {
		if name == "FlowLogId" {
			value = r.decoyID
		}
		rule.Parameters[name] = value
	}
	return rule
}

// unwell waits until the status names the fault; one that the device can't see must have been polled.
func (r *faultRun) unwell() {
	r.t.Helper()
	if r.seen == "" {
		r.device.polled(r.t, 2)
		return
	}
	now := r.device.until(r.t, "the status says what is wrong", func(now *agent.Status) bool {
		return !now.Healthy && strings.Contains(now.Source.Error, ": "+string(r.seen))
	})
	counted := false
	for kind, n := range now.Source.Faults {
		counted = counted || strings.HasPrefix(kind, string(r.seen)) && n > 0
	}
	if !counted || !strings.HasPrefix(now.Source.Error, r.action+": ") {
		r.t.Errorf("faults %v, error %q: want %s of %s counted and named", now.Source.Faults, now.Source.Error, r.seen, r.action)
	}
}

// alter binds the second FlowLog where the call that fails says what is bound, and else changes the first one.
func (r *faultRun) alter() {
	r.t.Helper()
	if r.action == gatewayAction {
		r.api.unbind(r.id, gateway)
		r.api.bind(r.second, gateway)
		return
	}
	r.api.modify(r.id, to(r.two, "V10", 300, 15))
}

// alterUnseen keeps the device from asking while another FlowLog is bound in place of the first: that none was
// bound would be an old answer, too.
func (r *faultRun) alterUnseen() {
	r.t.Helper()
	r.lab.heal(r.t, "")
	cut := r.lab.fail(r.t, fault.Rule{Action: r.action, Kind: fault.CutBefore})
	r.lab.failed(r.t)
	r.alter()
	r.lab.fail(r.t, r.rule())
	r.lab.heal(r.t, cut)
	r.lab.failed(r.t)
}

// wanted is what is to be in force in the end.
func (r *faultRun) wanted(now *agent.Status) bool {
	id := r.id
	if r.action == gatewayAction {
		id = r.second
	}
	return sends(id, r.two.output("V10"))(now) && now.Origin == config.FromAPI
}

// stays makes sure that polls and packets change nothing of what is in force.
func (r *faultRun) stays() {
	r.t.Helper()
	now := r.device.polled(r.t, 3)
	r.flowing(r.one)
	if now.Generation != 1 || !sends(r.id, r.one.output("V9"))(now) || now.Origin != config.FromAPI || now.FlowLog.Status != flowlog.Active {
		r.t.Errorf("generation %d, %s, FlowLog %q, outputs %q, origin %s: what was in force did not stay", now.Generation, now.State,
			now.FlowLogId, inForce(now), now.Origin)
	}
}

// getAlong changes the FlowLog while calls fail in a way that the device mends.
func (r *faultRun) getAlong() (string, effect) {
	r.t.Helper()
	r.device.polled(r.t, 2)
	before := r.device.status(r.t).Generation
	r.alter()
	now, e := r.effect(r.String(), time.Now(), r.wanted)
	if most := before + 2; now.Generation > most { // another one bound may be seen unbound in between
		r.t.Errorf("generation %d, want at most %d: %s", now.Generation, most, now.Changed)
	}
	if failed := r.device.polled(r.t, 2).Source.Failed; failed != 0 {
		r.t.Errorf("%d polls failed", failed)
	}
	r.lab.heal(r.t, "") // a call that was refused for its time just now, and is repeated with what it learnt, may fail for once
	now = r.device.polled(r.t, 3)
	if now.Source.Failed > 1 || now.Source.Error != "" || !r.wanted(now) || now.Generation != e.generation {
		r.t.Errorf("%d polls failed, %q, generation %d, was %d", now.Source.Failed, now.Source.Error, now.Generation, e.generation)
	}
	r.over()
	return r.action + " " + r.String(), e
}

// over ends the row: the sums hold, and nothing went to the other device's collector.
func (r *faultRun) over() {
	r.t.Helper()
	r.flowing(r.two)
	r.finish()
	if n := r.decoy.end().Totals.Datagrams; n != 0 {
		r.t.Errorf("%d datagrams went to the other device's collector", n)
	}
}
