package flowlog

import "slices"

// Rule is what one parameter may be. The table of them serves the checks, the lab's API and the
// generated reference.
type Rule struct {
	// Name is the parameter's, Description one line for the reference.
	Name, Description string
	// RequiredFor lists the output types that need it; Always that every request does.
	RequiredFor []OutputType
	Always      bool
	// Default fills an absent one in, "" = none. Where RequiredFor lists output types, it is for these only.
	Default string
	// Integer says that it is a plain decimal from Min to Max; Values that it is one of these. Unit is "s" or "".
	Integer  bool
	Min, Max int
	Unit     string
	Values   []string
	// Address says that it is the IP address of one server.
	Address bool
	// MaxLength is in characters, 0 = any length. It also says that the text must be one that XML can carry.
	MaxLength int
	// Marks are the characters that a name may have besides a-z and 0-9, though not as its first or
	// last; "" = it is not such a name.
	Marks string
	// MissingCode, MissingMessage, IllegalCode and IllegalMessage are the API's. Missing is absent though
	// needed, or empty; without MissingCode it may be empty.
	MissingCode, MissingMessage, IllegalCode, IllegalMessage string
	// Source says where the rule stands: the reference page, the user guide, or our reading.
	Source string
}

// Needed says that a FlowLog of this OutputType must have the parameter, given or by its default.
func (r Rule) Needed(t OutputType) bool { return r.Always || slices.Contains(r.RequiredFor, t) }

// fallback is the default that fills in for an absent parameter.
func (r Rule) fallback(t OutputType) (string, bool) {
	fills := r.Default != "" && (len(r.RequiredFor) == 0 || r.Needed(t))
	return r.Default, fills
}

// Rules returns the table in the API's order of checking. It is the caller's.
func Rules() []Rule {
	rules := table()
	for i := range rules {
		r := &rules[i]
		missing, _ := LookupCode(r.MissingCode)
		illegal, _ := LookupCode(r.IllegalCode)
		r.MissingMessage, r.IllegalMessage = missing.Message, illegal.Message
	}
	return rules
}

// RuleOf finds the rule of one parameter by its exact name.
func RuleOf(name string) (Rule, bool) {
	rules := Rules()
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.Name == name })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}
