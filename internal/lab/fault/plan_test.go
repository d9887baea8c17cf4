package fault

import (
	"strings"
	"sync"
	"testing"
)

func number[T any](v T) *T { return &v }

func with(values map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := values[name]; return v, ok }
}

var nothing = with(nil)

func add(t *testing.T, p *Plan, rules ...Rule) []Rule {
	t.Helper()
	added, err := p.Add(rules...)
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func TestAddIsAllOrNothing(t *testing.T) {
	p := New(Options{Actions: []string{"A", "B"}})
	tests := []struct {
		rule Rule
		want string
	}{
		{Rule{}, `kind "": it takes one of latency, status`},
		{Rule{Kind: "x"}, `kind "x": it takes one of latency, status`},
		{Rule{Kind: Null, Action: "C"}, `action "C": it takes * or one of A, B`},
		{Rule{Kind: Null, Probability: number(0.0)}, `probability 0: it takes more than 0 and at most 1`},
		{Rule{Kind: Null, Probability: number(1.1)}, `probability 1.1`},
		{Rule{Kind: Null, ID: "1"}, `id "1": the plan gives ids`},
		{Rule{Kind: CutAfter, Parameters: Values{"x": "1"}}, `parameter "x" of kind "cut-after": it takes none`},
		{Rule{Kind: Latency, Parameters: Values{"dealy": "1s"}}, `parameter "dealy" of kind "latency": it takes delay, jitter, at`},
		{Rule{Kind: Latency, Parameters: Values{"delay": "1"}}, `parameter "delay" of kind "latency": "1": it takes a duration such as 500ms or 2s from 0s to 10m`},
		{Rule{Kind: Latency, Parameters: Values{"delay": "11m"}}, `"11m": it takes a duration`},
		{Rule{Kind: Latency, Parameters: Values{"at": "now"}}, `"now": it takes before or after`},
		{Rule{Kind: Status, Parameters: Values{"status": "200"}}, `"200": it takes a whole number from 400 to 599`},
		{Rule{Kind: Status, Parameters: Values{"status": "5e2"}}, `"5e2": it takes a whole number`},
		{Rule{Kind: Redirect, Parameters: Values{"location": "/\r\nX: y"}}, `it takes one line of text`},
		{Rule{Kind: OtherDevice, Parameters: Values{"": "x"}}, `parameter "" of kind "other-device"`},
	}
	for _, test := range tests {
		if _, err := p.Add(Rule{Kind: Null}, test.rule); err == nil || !strings.HasPrefix(err.Error(), "rule 2: ") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %q", err, test.want)
		}
	}
	if len(p.Rules()) != 0 {
		t.Errorf("%d rules were added", len(p.Rules()))
	}
	if added := add(t, p, Rule{Kind: Null}); added[0].ID != "1" {
		t.Errorf("id %q after refused ones", added[0].ID)
	}
	if _, err := p.Add(make([]Rule, maxRules)...); err == nil || !strings.Contains(err.Error(), "at most 1000") {
		t.Errorf("too many: %v", err)
	}
}

func TestRemove(t *testing.T) {
	p := New(Options{})
	ids := add(t, p, Rule{Kind: Null}, Rule{Kind: EmptyBody}, Rule{Kind: Latency})
	if p.Remove("none") != 0 || p.Remove(ids[0].ID) != 1 || p.Remove(ids[0].ID) != 0 {
		t.Error("one rule, once")
	}
	if d := p.Take("A", nothing); len(d) != 2 {
		t.Errorf("%d faults", len(d))
	}
	if p.Remove("") != 2 || len(p.Take("A", nothing)) != 0 || len(p.Rules()) != 0 {
		t.Error("all rules")
	}
}

func TestANilPlanHasNoFaults(t *testing.T) {
	var p *Plan
	if p.Take("A", nothing) != nil || p.Rules() != nil || p.Log().Calls != nil {
		t.Error("a nil plan does something")
	}
	p.Note(Injection{}, "")
}

func TestOwnKinds(t *testing.T) {
	own := Kind{Name: "cut-before-commit", Group: Outcome, Parameters: []Parameter{whole("shard", 0, 0, 255, "which")}}
	p := New(Options{Kinds: append(Common(), own)})
	add(t, p, Rule{Kind: own.Name, Parameters: Values{"shard": "3"}})
	i, ok := p.Take("PostLogStoreLogs", nothing).Is(own.Name)
	if !ok || i.Int("shard") != 3 {
		t.Errorf("%+v %v", i, ok)
	}
}

func TestManyCallers(t *testing.T) {
	p := New(Options{})
	add(t, p, Rule{Kind: Null, Count: 100})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 100 {
				p.Take("A", nothing)
				p.Log()
				p.Rules()
			}
		})
	}
	group.Wait()
	if s := p.Rules()[0]; s.Matched != 800 || s.Hit != 100 {
		t.Errorf("%+v", s)
	}
}
