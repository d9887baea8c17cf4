package fault

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"
)

// maxRules bounds a plan.
const maxRules = 1000

// Options are what a Plan is made of. All may be left out.
type Options struct {
	// Kinds are what rules may ask for; nil is Common.
	Kinds []Kind
	// Actions are what rules may name besides Any; none is any name.
	Actions []string
	// Seed is the base of the seeds of rules without one.
	Seed uint64
	// Now is the log's clock; nil is time.Now.
	Now func() time.Time
	// Log takes a line for each rule added or removed and each fault; nil is none.
	Log *slog.Logger
}

// Plan is the set of rules in force and what they did. Any number of goroutines may use it.
// A nil Plan has no rules, and stays so.
type Plan struct {
	o Options

	mu    sync.Mutex
	rules []*state
	last  uint64
	log   ledger
}

// state is a rule and what it did.
type state struct {
	Rule
	kind    Kind
	matched uint64
	hit     uint64
}

// New returns a plan without rules.
func New(o Options) *Plan {
	if o.Kinds == nil {
		o.Kinds = Common()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Plan{o: o, log: newLedger()}
}

// Add puts rules behind those in force, all or, with an error that names the faulty one, none.
// It returns them with their ids and defaults.
func (p *Plan) Add(rules ...Rule) ([]Rule, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.rules)+len(rules) > maxRules {
		return nil, fmt.Errorf("add %d rules to the %d in force: at most %d may be", len(rules), len(p.rules), maxRules)
	}
	added := make([]*state, 0, len(rules))
	for i, r := range rules {
		s, err := p.prepare(r, p.last+uint64(i)+1)
		if err != nil {
			return nil, fmt.Errorf("rule %d: %w", i+1, err)
		}
		added = append(added, s)
	}
	p.last += uint64(len(rules))
	p.rules = append(p.rules, added...)
	return p.announce(added), nil
}

func (p *Plan) announce(added []*state) []Rule {
	rules := make([]Rule, 0, len(added))
	for _, s := range added {
		p.o.Log.Info("fault added", "id", s.ID, "action", s.Action, "kind", s.Kind)
		rules = append(rules, s.Rule)
	}
	return rules
}

// prepare fills a rule's defaults in and checks it.
func (p *Plan) prepare(r Rule, number uint64) (*state, error) {
	if r.ID != "" {
		return nil, fmt.Errorf("id %q: the plan gives ids, leave it out", r.ID)
	}
	if r.Action == "" {
		r.Action = Any
	}
	if r.Probability == nil {
		one := 1.0
		r.Probability = &one
	}
	if r.Seed == nil {
		seed := p.o.Seed + number
		r.Seed = &seed
	}
	r.ID = strconv.FormatUint(number, 10)
	r.Where, r.Parameters = maps.Clone(r.Where), maps.Clone(r.Parameters)
	if err := r.check(p.o.Kinds, p.o.Actions); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(p.o.Kinds, func(k Kind) bool { return k.Name == r.Kind })
	return &state{Rule: r, kind: p.o.Kinds[i]}, nil
}

// Remove takes a rule away, or all if id is empty, and says how many.
func (p *Plan) Remove(id string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := len(p.rules)
	p.rules = slices.DeleteFunc(p.rules, func(s *state) bool { return id == "" || s.ID == id })
	if n := before - len(p.rules); n > 0 {
		p.o.Log.Info("faults removed", "id", id, "count", n)
		return n
	}
	return 0
}
