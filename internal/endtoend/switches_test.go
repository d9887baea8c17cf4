package endtoend

import (
	"testing"
	"time"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/agent"
)

// Everything that can be changed of a FlowLog is changed while packets flow.
func TestSwitches(t *testing.T) {
	s := newScene(t)
	id := s.api.create(to(s.one, "V9", 300, 15))
	s.api.bind(id, gateway)
	s.start(id, s.one.output("V9"), s.one, nil)
	s.switches(id)
	t.Log(s.times())
	sum := s.finish()
	s.checkGenerations(sum)
	s.checkAging()
	t.Log(s.sums(sum))
}

// switches changes the FlowLog in force, and binds another in the end.
func (s *scene) switches(id string) {
	s.t.Helper()
	modify := func(p flowlog.Parameters) func() { return func() { s.api.modify(id, p) } }
	port := func(at *station) flowlog.Parameters {
		return flowlog.Parameters{"NetflowServerPort": to(at, "V9", 300, 15)["NetflowServerPort"]}
	}
	s.change("V9 → V5", sends(id, s.one.output("V5")), modify(flowlog.Parameters{"NetflowVersion": "V5"}))
	s.flowing(s.one)
	s.change("V5 → V10", sends(id, s.one.output("V10")), modify(flowlog.Parameters{"NetflowVersion": "V10"}))
	s.flowing(s.one)
	s.change("collector one → two", sends(id, s.two.output("V10")), modify(port(s.two)))
	s.flowing(s.two)
	s.change("collector two → one", sends(id, s.one.output("V10")), modify(port(s.one)))
	s.flowing(s.one)
	s.change("aging 300/15 → 60/10", func(now *agent.Status) bool {
		return sends(id, s.one.output("V10"))(now) && now.FlowLog.ActiveAging == 60 && now.FlowLog.InactiveAging == 10
	}, modify(flowlog.Parameters{"ActiveAging": "60", "InactiveAging": "10"}))
	s.flowing(s.one)
	s.change("deactivated", rests(id), func() { s.api.on(id, "deactivate") })
	s.resting()
	s.change("activated", sends(id, s.one.output("V10")), func() { s.api.on(id, "activate") })
	s.flowing(s.one)
	s.change("version and collector at once", sends(id, s.two.output("V9")), modify(flowlog.Parameters{
		"NetflowVersion": "V9", "NetflowServerPort": port(s.two)["NetflowServerPort"],
	}))
	s.flowing(s.two)
	s.change("disassociated and deleted", rests(""), func() { s.api.unbind(id, gateway) }, func() { s.api.on(id, "delete") })
	s.resting()
	other := s.api.create(to(s.one, "V10", 60, 10))
	s.change("another one associated", sends(other, s.one.output("V10")), func() { s.api.bind(other, gateway) })
	s.flowing(s.one)
}

// checkGenerations looks for packets in each generation: counted where it ran, else inactive.
func (s *scene) checkGenerations(sum *agent.Summary) {
	s.t.Helper()
	if got, want := sum.Device.All-1, len(s.effects)+1; got != want {
		s.t.Errorf("%d generations, want %d", got, want)
	}
	for _, g := range sum.Device.Generations[1:] {
		if g.Metering && (g.Counted == 0 || g.Inactive != 0) || !g.Metering && (g.Counted != 0 || g.Inactive == 0) {
			s.t.Errorf("generation %d, %s: %d packets counted, %d inactive", g.Generation, g.Changed, g.Counted, g.Inactive)
		}
	}
	if first := sum.Device.Generations[0]; first.Inactive != 0 {
		s.t.Errorf("%d packets were read before the first FlowLog was in force", first.Inactive)
	}
}

// checkAging looks for records longer than ActiveAging allows: 300 s at first, 60 s since it was changed. What was
// under way then may have lasted longer already, but not what went to two by V9: the table was empty in between.
func (s *scene) checkAging() {
	s.t.Helper()
	var longest, longestSince time.Duration
	for _, r := range append(s.one.all(), s.two.all()...) {
		longest = max(longest, time.Duration(r.last-r.first))
	}
	for _, r := range s.two.all() {
		if r.version == 9 {
			longestSince = max(longestSince, time.Duration(r.last-r.first))
		}
	}
	if longest <= time.Minute || longest > 5*time.Minute {
		s.t.Errorf("the longest record lasted %v, want more than 1m0s and up to 5m0s", longest)
	}
	if longestSince == 0 || longestSince > time.Minute {
		s.t.Errorf("the longest record since ActiveAging is 60 lasted %v", longestSince)
	}
}
