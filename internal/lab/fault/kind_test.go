package fault

import (
	"testing"
	"time"
)

// Each kind stands on its own feet: a name once, a text, and defaults that its own checks take.
func TestCommonKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Common() {
		if seen[k.Name] || k.Text == "" {
			t.Errorf("%q: twice, or without a text", k.Name)
		}
		seen[k.Name] = true
		for _, p := range k.Parameters {
			if err := p.check(p.Default); err != nil || p.Text == "" {
				t.Errorf("%s %s: %v", k.Name, p.Name, err)
			}
		}
	}
	if len(seen) != 20 {
		t.Errorf("%d kinds", len(seen))
	}
}

func TestInjectionValues(t *testing.T) {
	kinds := map[string]Kind{}
	for _, k := range Common() {
		kinds[k.Name] = k
	}
	plain := Injection{Kind: kinds[Latency]}
	if plain.Duration("delay") != time.Second || plain.Delay() != time.Second || plain.Text("at") != "before" || plain.Text("x") != "" || plain.Int("x") != 0 {
		t.Error("defaults")
	}
	set := Injection{Kind: kinds[Latency], Values: Values{"delay": "2s", "jitter": "1s"}, Draw: 9}
	if d := set.Delay(); d < 2*time.Second || d > 3*time.Second || d != set.Delay() {
		t.Errorf("delay %v", d)
	}
	if n := (Injection{Kind: kinds[HugeBody]}).Int("bytes"); n != 100<<20 {
		t.Errorf("%d bytes", n)
	}
}
