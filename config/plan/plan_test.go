package plan

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/flowlog"
)

// base is a FlowLog to a collector.
func base() config.Desired {
	return config.Desired{Bound: true, Origin: config.FromAPI, FlowLog: flowlog.FlowLog{
		FlowLogId: "fl-00000000000000001", Status: flowlog.Active, OutputType: flowlog.OutputNetflow,
		ActiveAging: 300, InactiveAging: 15, NetflowServerIp: "192.0.2.9", NetflowServerPort: 2055, NetflowVersion: "V9",
	}}
}

func with(change func(*flowlog.FlowLog)) config.Desired {
	d := base()
	change(&d.FlowLog)
	return d
}

func toAll(f *flowlog.FlowLog) {
	f.OutputType, f.SlsRegionId, f.ProjectName, f.LogstoreName = flowlog.OutputAll, "cn-hangzhou", "p", "l"
}

func TestBetween(t *testing.T) {
	none := config.Desired{}
	for _, c := range []struct {
		name string
		a, b config.Desired
		want string
	}{
		{"nothing", base(), base(), "all kept"},
		{"another FlowLog that asks for the same", base(), with(func(f *flowlog.FlowLog) { f.FlowLogId, f.Name = "fl-00000000000000002", "x" }), "all kept"},
		{"settings of an output that is not used", base(), with(func(f *flowlog.FlowLog) { f.ProjectName = "p" }), "all kept"},
		{"version", base(), with(func(f *flowlog.FlowLog) { f.NetflowVersion = "V10" }), "netflow output V9 192.0.2.9:2055 → V10 192.0.2.9:2055"},
		{"collector", base(), with(func(f *flowlog.FlowLog) { f.NetflowServerIp = "2001:db8::1" }), "netflow output V9 192.0.2.9:2055 → V9 [2001:db8::1]:2055"},
		{"aging", base(), with(func(f *flowlog.FlowLog) { f.ActiveAging, f.InactiveAging = 60, 10 }), "aging 300/15 → 60/10"},
		{
			"aging and port", base(), with(func(f *flowlog.FlowLog) { f.ActiveAging, f.NetflowServerPort = 60, 9995 }),
			"aging 300/15 → 60/15; netflow output V9 192.0.2.9:2055 → V9 192.0.2.9:9995",
		},
		{
			"bound", none, base(),
			"metering running added; aging 300/15 added; netflow output V9 192.0.2.9:2055 added",
		},
		{
			"deactivated", base(), with(func(f *flowlog.FlowLog) { f.Status = flowlog.Inactive }),
			"metering running removed; aging 300/15 removed; netflow output V9 192.0.2.9:2055 removed",
		},
		{"unbound while Inactive", with(func(f *flowlog.FlowLog) { f.Status = flowlog.Inactive }), none, "all kept"},
		{"sls as well", base(), with(toAll), "sls output p/l in cn-hangzhou added"},
		{"sls no more", with(toAll), base(), "sls output p/l in cn-hangzhou removed"},
		{"another logstore", with(toAll), with(func(f *flowlog.FlowLog) { toAll(f); f.LogstoreName = "m" }), "sls output p/l in cn-hangzhou → p/m in cn-hangzhou"},
		{
			"sls alone", base(), with(func(f *flowlog.FlowLog) { toAll(f); f.OutputType = flowlog.OutputSLS }),
			"netflow output V9 192.0.2.9:2055 removed; sls output p/l in cn-hangzhou added",
		},
	} {
		p := Between(c.a, c.b)
		if d := cmp.Diff(c.want, p.String()); d != "" {
			t.Errorf("%s:\n%s", c.name, d)
		}
		if p.KeepsAll() != (c.want == "all kept") {
			t.Errorf("%s: KeepsAll is %v", c.name, p.KeepsAll())
		}
	}
}

func TestActions(t *testing.T) {
	on := Between(config.Desired{}, base())
	moved := Between(base(), with(func(f *flowlog.FlowLog) { f.NetflowServerPort = 1 }))
	off := Between(base(), config.Desired{})
	aged := Between(base(), with(func(f *flowlog.FlowLog) { f.ActiveAging = 60 }))
	type row struct {
		action       Action
		builds, ends bool
	}
	var got []row
	for _, p := range []Plan{on, moved, off, aged} {
		got = append(got, row{p.Of(NetflowPart), p.Builds(NetflowPart), p.Ends(NetflowPart)})
	}
	want := []row{{Add, true, false}, {Restart, true, true}, {Remove, false, true}, {Keep, false, false}}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(row{})); d != "" {
		t.Error(d)
	}
	if a := aged.Of(AgingPart); a != Retune {
		t.Errorf("aging: %s, want retune", a)
	}
	if a := aged.Of("no such part"); a != Keep {
		t.Errorf("unknown part: %s, want keep", a)
	}
	if s := moved.Steps[1].String(); s != "aging 300/15 kept" {
		t.Errorf("step %q", s)
	}
}

// drawDesired draws from few values, so that parts are equal as often as not.
func drawDesired(t *rapid.T, name string) config.Desired {
	pick := func(what string, values ...string) string {
		return rapid.SampledFrom(values).Draw(t, name+" "+what)
	}
	number := func(what string, values ...int) int {
		return rapid.SampledFrom(values).Draw(t, name+" "+what)
	}
	if !rapid.Bool().Draw(t, name+" bound") {
		return config.Desired{}
	}
	return config.Desired{Bound: true, Received: time.Unix(int64(number("received", 1, 2)), 0), FlowLog: flowlog.FlowLog{
		FlowLogId: pick("id", "fl-1", "fl-2"), Name: pick("name", "a", "b"),
		Status:      flowlog.Status(pick("status", "Active", "Active", "Inactive")),
		OutputType:  flowlog.OutputType(pick("type", "sls", "netflow", "all")),
		ActiveAging: number("active", 60, 300), InactiveAging: number("inactive", 10, 15),
		SlsRegionId: "r", ProjectName: pick("project", "p", "q"), LogstoreName: "l",
		NetflowServerIp: pick("ip", "192.0.2.1", "192.0.2.2"), NetflowServerPort: number("port", 1, 2), NetflowVersion: pick("version", "V5", "V9", "V10"),
	}}
}

// The plan between two configurations makes the second of the first, touches no part that is the same
// in both, and is empty between a configuration and itself.
func TestPlanLeadsToItsEnd(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := drawDesired(rt, "a"), drawDesired(rt, "b")
		p := Between(a, b)
		if d := cmp.Diff(Of(b), p.Apply(Of(a))); d != "" {
			rt.Fatalf("apply(plan(a,b)) on a is not b:\n%s", d)
		}
		if !Between(a, a).KeepsAll() || !Between(b, b).KeepsAll() {
			rt.Fatal("a plan to the same changes something")
		}
		if p.KeepsAll() != (Of(a) == Of(b)) {
			rt.Fatalf("%q between %+v and %+v", p, Of(a), Of(b))
		}
		checkSteps(rt, p)
		if back := Between(b, a).Apply(p.Apply(Of(a))); back != Of(a) {
			rt.Fatalf("there and back gives %+v, want %+v", back, Of(a))
		}
	})
}

func checkSteps(t *rapid.T, p Plan) {
	if len(p.Steps) != 4 {
		t.Fatalf("%d steps, want one for each of 4 parts", len(p.Steps))
	}
	for _, s := range p.Steps {
		if (s.Action == Keep) != (s.Was == s.Is) {
			t.Fatalf("%s: from %q to %q", s.Action, s.Was, s.Is)
		}
		if (s.Action == Add) != (s.Part != MeteringPart && s.Was == none && s.Is != none || s.Part == MeteringPart && !p.From.Metering && p.To.Metering) {
			t.Fatalf("%s: from %q to %q", s.Action, s.Was, s.Is)
		}
	}
}
