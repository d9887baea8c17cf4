package fault

// Standing is a rule in force and what it did.
type Standing struct {
	Rule
	// Matched are the calls that it was asked about, Hit those that took its fault.
	Matched uint64 `json:"matched"`
	Hit     uint64 `json:"hit"`
	// Done says that its count is used up.
	Done bool `json:"done"`
}

// Rules returns the rules in force in their order.
func (p *Plan) Rules() []Standing {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]Standing, 0, len(p.rules))
	for _, s := range p.rules {
		all = append(all, Standing{Rule: s.Rule, Matched: s.matched, Hit: s.hit, Done: s.Count > 0 && s.hit >= s.Count})
	}
	return all
}
