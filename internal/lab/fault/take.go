package fault

import (
	"math/rand/v2"
	"slices"
)

// Take counts a call of an action and decides which faults it takes. where looks its parameters up.
func (p *Plan) Take(action string, where func(name string) (string, bool)) Decision {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log.call(p.name(action))
	var d Decision
	for _, s := range p.rules {
		if _, taken := d.Group(s.kind.Group); taken || !s.matches(action, where) {
			continue
		}
		if draw, hit := s.next(); hit {
			i := Injection{Rule: s.ID, Kind: s.kind, Values: s.Parameters, Draw: draw}
			i.Sequence = p.log.inject(p.o.Now(), p.name(action), i)
			p.o.Log.Info("fault injected", "id", s.ID, "action", p.name(action), "kind", s.Kind)
			d = append(d, i)
		}
	}
	return d
}

// Note adds what became of a fault to its line in the log, such as why it could not be carried out.
func (p *Plan) Note(i Injection, text string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log.note(i.Sequence, text)
}

// name keeps what clients make up out of the log.
func (p *Plan) name(action string) string {
	if len(p.o.Actions) > 0 && !slices.Contains(p.o.Actions, action) {
		return unknownAction
	}
	return action
}

func (s *state) matches(action string, where func(string) (string, bool)) bool {
	if s.Action != Any && s.Action != action {
		return false
	}
	for name, want := range s.Where {
		if got, ok := where(name); !ok || got != want {
			return false
		}
	}
	return true
}

// next counts a match and decides it: by the seed and its number alone.
func (s *state) next() (draw uint64, hit bool) {
	n := s.matched
	s.matched++
	if n < s.After || (s.Count > 0 && s.hit >= s.Count) {
		return 0, false
	}
	random := rand.New(rand.NewPCG(*s.Seed, n))
	if random.Float64() >= *s.Probability {
		return 0, false
	}
	s.hit++
	return random.Uint64(), true
}
