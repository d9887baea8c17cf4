package collector

// check finds out whether a message is malformed, before anything of it takes effect (RFC 7011
// §9.1): whether all sets and template records end where they should, and the variable-length
// fields of data that the session's templates can read. Behind a template that the message itself
// changes, data is checked only as it is read.
func (m *message) check(s *session) Verdict {
	known := true
	for b := m.body; ; {
		id, body, rest, ok, v := nextSet(b)
		if !ok {
			return v
		}
		switch kind := m.setKind(id); kind {
		case holdsTemplates, holdsOptionsTemplates:
			var changes bool
			changes, v = m.checkTemplates(s, body, kind == holdsOptionsTemplates)
			known = known && !changes
		case holdsData:
			if t := s.templates[id]; known && t != nil && t.variable {
				v = t.check(body)
			}
		case reservedSet:
		}
		if v != Good {
			return v
		}
		b = rest
	}
}

// checkTemplates checks a (options) template set, and reports whether it has anything but
// repetitions.
func (m *message) checkTemplates(s *session, b []byte, options bool) (changes bool, verdict Verdict) {
	for {
		r, rest, ok, end := m.nextTemplate(b, options)
		if !ok {
			return changes, end
		}
		if t := s.templates[r.id]; r.withdrawal || t == nil || !r.sameAs(t) {
			changes = true
		}
		b = rest
	}
}

// check walks over the records of a data set by their lengths.
func (t *template) check(b []byte) Verdict {
	for len(b) >= t.minLength {
		for _, f := range t.fields {
			length := int(f.length)
			if f.length == variableLength {
				var prefix int
				if prefix, length = variablePrefix(b); prefix == 0 {
					return FieldBeyondSet
				}
				b = b[prefix:]
			}
			if length > len(b) {
				return FieldBeyondSet
			}
			b = b[length:]
		}
	}
	return Good
}
