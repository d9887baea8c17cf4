package fault

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Any is the action of a rule that holds for all.
const Any = "*"

// Rule asks for a fault. The zero value of a field is its default.
type Rule struct {
	// ID names the rule; the plan gives it.
	ID string `json:"id"`
	// Action is one of the plan's, or Any, the default.
	Action string `json:"action"`
	// Kind is the name of one of the plan's kinds.
	Kind string `json:"kind"`
	// Where are parameters that a call must have, with these values.
	Where map[string]string `json:"where,omitempty"`
	// After is how many matching calls pass first, Count how many are hit; 0 is no end.
	After uint64 `json:"after"`
	Count uint64 `json:"count"`
	// Probability is of (0, 1]; nil is 1.
	Probability *float64 `json:"probability"`
	// Seed decides which matches are hit; nil is the plan's seed plus the rule's number.
	Seed *uint64 `json:"seed"`
	// Parameters are the kind's; those left out have its defaults.
	Parameters Values `json:"parameters,omitempty"`
}

// Values are a rule's parameters by name. In JSON, numbers and booleans are taken as their text.
type Values map[string]string

// UnmarshalJSON reads an object of strings, numbers and booleans.
func (v *Values) UnmarshalJSON(data []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return fmt.Errorf("parameters: %w", err)
	}
	*v = make(Values, len(raw))
	for name, value := range raw {
		switch value[0] {
		case '{', '[', 'n':
			return fmt.Errorf("parameter %q: %.40s: it takes a string, a number, true or false", name, value)
		case '"':
			var s string
			if err := json.Unmarshal(value, &s); err != nil {
				return fmt.Errorf("parameter %q: %w", name, err)
			}
			(*v)[name] = s
		default:
			(*v)[name] = string(value)
		}
	}
	return nil
}

// check says what is wrong with a rule, by field, value and what would be right.
func (r *Rule) check(kinds []Kind, actions []string) error {
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == r.Kind })
	if i < 0 {
		return fmt.Errorf("kind %q: it takes one of %s", r.Kind, names(kinds))
	}
	if r.Action != Any && len(actions) > 0 && !slices.Contains(actions, r.Action) {
		return fmt.Errorf("action %q: it takes * or one of %s", r.Action, strings.Join(actions, ", "))
	}
	if p := *r.Probability; !(p > 0 && p <= 1) || math.IsNaN(p) {
		return fmt.Errorf("probability %v: it takes more than 0 and at most 1", p)
	}
	return kinds[i].check(r.Parameters)
}

// check says which value of a rule's parameters the kind does not take.
func (k *Kind) check(values Values) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		p, err := k.parameter(name)
		if err != nil {
			return err
		}
		if err := p.check(values[name]); err != nil {
			return fmt.Errorf("parameter %q of kind %q: %w", name, k.Name, err)
		}
	}
	return nil
}

func (k *Kind) parameter(name string) (Parameter, error) {
	known := make([]string, 0, len(k.Parameters))
	for _, p := range k.Parameters {
		if p.Name == name {
			return p, nil
		}
		known = append(known, p.Name)
	}
	switch {
	case k.Open && name != "":
		return Parameter{Name: "body", Type: Text}, nil
	case len(known) == 0:
		return Parameter{}, fmt.Errorf("parameter %q of kind %q: it takes none", name, k.Name)
	}
	return Parameter{}, fmt.Errorf("parameter %q of kind %q: it takes %s", name, k.Name, strings.Join(known, ", "))
}

func names(kinds []Kind) string {
	all := make([]string, 0, len(kinds))
	for _, k := range kinds {
		all = append(all, k.Name)
	}
	return strings.Join(all, ", ")
}
