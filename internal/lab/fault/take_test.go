package fault

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// hits says which of n calls take a fault.
func hits(p *Plan, n int, action string) string {
	var text strings.Builder
	for range n {
		text.WriteByte("-x"[len(p.Take(action, nothing))])
	}
	return text.String()
}

func TestWhichCallsAreHit(t *testing.T) {
	tests := []struct {
		name string
		rule Rule
		want string
	}{
		{"all", Rule{}, "xxxxxxxxxx"},
		{"count", Rule{Count: 3}, "xxx-------"},
		{"after", Rule{After: 4}, "----xxxxxx"},
		{"after and count", Rule{After: 4, Count: 2}, "----xx----"},
		{"half", Rule{Probability: number(0.5), Seed: number(uint64(1))}, ""},
		{"another action", Rule{Action: "B"}, "----------"},
		{"this action", Rule{Action: "A"}, "xxxxxxxxxx"},
		{"a parameter that is missing", Rule{Where: map[string]string{"x": ""}}, "----------"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.rule.Kind = Latency
			p, again := New(Options{}), New(Options{})
			add(t, p, test.rule)
			add(t, again, test.rule)
			got := hits(p, 10, "A")
			if test.want != "" && got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
			if second := hits(again, 10, "A"); second != got {
				t.Errorf("a second run: %s, then %s", got, second)
			}
		})
	}
}

func TestProbabilityIsKept(t *testing.T) {
	for _, probability := range []float64{0.01, 0.3, 0.9} {
		p := New(Options{})
		add(t, p, Rule{Kind: Null, Probability: &probability, Seed: number(uint64(7))})
		got := float64(strings.Count(hits(p, 20000, "A"), "x")) / 20000
		if got < probability-0.02 || got > probability+0.02 {
			t.Errorf("%v of the calls were hit, want %v", got, probability)
		}
	}
}

// What other rules and calls do in between changes nothing in whom a rule hits.
func TestARuleDependsOnItsOwnMatchesOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := Rule{
			Action: "A", Kind: Null, Probability: number(rapid.Float64Range(0.05, 1).Draw(t, "probability")),
			Seed: number(rapid.Uint64().Draw(t, "seed")), After: rapid.Uint64Range(0, 5).Draw(t, "after"), Count: rapid.Uint64Range(0, 5).Draw(t, "count"),
		}
		alone, mixed := New(Options{}), New(Options{Seed: 5})
		mustAdd(t, mixed, Rule{Kind: Latency, Probability: number(0.5)})
		mustAdd(t, alone, rule)
		mustAdd(t, mixed, rule)
		for i := range 30 {
			for range rapid.IntRange(0, 2).Draw(t, "others") {
				mixed.Take("B", nothing)
			}
			want, got := alone.Take("A", nothing), mixed.Take("A", nothing)
			a, inAlone := want.Is(Null)
			b, inMixed := got.Is(Null)
			if inAlone != inMixed || a.Draw != b.Draw {
				t.Fatalf("call %d: %v alone, %v among others", i, inAlone, inMixed)
			}
		}
	})
}

func mustAdd(t *rapid.T, p *Plan, r Rule) {
	if _, err := p.Add(r); err != nil {
		t.Fatal(err)
	}
}

func TestACallTakesOneFaultOfAGroup(t *testing.T) {
	p := New(Options{})
	add(t, p, Rule{Kind: Null, Count: 1}, Rule{Kind: Latency}, Rule{Kind: EmptyBody, Count: 1}, Rule{Kind: KeyRevoked}, Rule{Kind: ClockSkew})
	kinds := func() (names []string) {
		for _, i := range p.Take("A", nothing) {
			names = append(names, i.Kind.Name)
		}
		return names
	}
	got := [][]string{kinds(), kinds(), kinds()}
	want := [][]string{
		{Null, Latency, KeyRevoked, ClockSkew},
		{Latency, EmptyBody, KeyRevoked, ClockSkew},
		{Latency, KeyRevoked, ClockSkew},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s := p.Rules()[2]; s.Matched != 2 || s.Hit != 1 || !s.Done {
		t.Errorf("%+v: the call that took another outcome is not counted", s)
	}
}

func TestWhere(t *testing.T) {
	p := New(Options{})
	add(t, p, Rule{Kind: Null, Where: map[string]string{"SmartAGId": "sag-1", "Name": ""}})
	for _, test := range []struct {
		values map[string]string
		want   int
	}{
		{map[string]string{"SmartAGId": "sag-1", "Name": "", "More": "x"}, 1},
		{map[string]string{"SmartAGId": "sag-1"}, 0},
		{map[string]string{"SmartAGId": "sag-2", "Name": ""}, 0},
		{nil, 0},
	} {
		if got := p.Take("A", with(test.values)); len(got) != test.want {
			t.Errorf("%v: %d faults, want %d", test.values, len(got), test.want)
		}
	}
}

// A call takes at most one fault of a group, whatever the rules; what is injected, is counted and in the log.
func TestTheSumsHold(t *testing.T) {
	kinds := Common()
	rapid.Check(t, func(t *rapid.T) {
		p := New(Options{Actions: []string{"A", "B"}})
		for range rapid.IntRange(0, 8).Draw(t, "rules") {
			mustAdd(t, p, Rule{
				Action: rapid.SampledFrom([]string{"", "*", "A", "B"}).Draw(t, "action"),
				Kind:   rapid.SampledFrom(kinds).Draw(t, "kind").Name,
				After:  rapid.Uint64Range(0, 3).Draw(t, "after"), Count: rapid.Uint64Range(0, 3).Draw(t, "count"),
				Probability: number(rapid.Float64Range(0.1, 1).Draw(t, "probability")),
			})
		}
		calls := rapid.IntRange(0, 20).Draw(t, "calls")
		injected := uint64(0)
		for range calls {
			taken := map[Group]bool{}
			for _, i := range p.Take(rapid.SampledFrom([]string{"A", "B"}).Draw(t, "called"), nothing) {
				if injected++; taken[i.Kind.Group] || i.Sequence != injected {
					t.Fatalf("fault %d: %+v, after %v", injected, i, taken)
				}
				taken[i.Kind.Group] = true
			}
		}
		checkSums(t, p, uint64(calls), injected)
	})
}

func checkSums(t *rapid.T, p *Plan, calls, injected uint64) {
	log := p.Log()
	sum := func(counts map[string]uint64) (n uint64) {
		for _, c := range counts {
			n += c
		}
		return n
	}
	hit := uint64(0)
	for _, s := range p.Rules() {
		hit += s.Hit
		if s.Hit > s.Matched || (s.Count > 0 && s.Hit > s.Count) || s.Done != (s.Count > 0 && s.Hit == s.Count) {
			t.Errorf("%+v", s)
		}
	}
	if sum(log.Calls) != calls || sum(log.Faults) != injected || hit != injected || uint64(len(log.Injected)) != injected {
		t.Errorf("%d calls, %d injected, %d hits; log %+v", calls, injected, hit, log)
	}
}
