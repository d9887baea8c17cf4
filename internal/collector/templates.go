package collector

import "encoding/binary"

// decodeTemplates reads the records of a (options) template set, which checkTemplates found whole.
func (c *Collector) decodeTemplates(s *session, m *message, b []byte, options bool) {
	for {
		r, rest, ok, _ := m.nextTemplate(b, options)
		switch {
		case !ok:
			return
		case r.withdrawal:
			c.withdraw(s, &r)
		default:
			c.tally.TemplateRecords++
			c.learn(s, &r)
		}
		b = rest
	}
}

// nextTemplate takes a record off the front of a (options) template set. It returns ok false at the
// end, which may be padding.
func (m *message) nextTemplate(b []byte, options bool) (r templateRecord, rest []byte, ok bool, v Verdict) {
	if len(b) < 4 || allZero(b) {
		return r, nil, false, Good
	}
	r = templateRecord{id: binary.BigEndian.Uint16(b), options: options, ipfix: m.version == versionIPFIX}
	if r.ipfix && binary.BigEndian.Uint16(b[2:]) == 0 {
		r.withdrawal = true
		return r, b[4:], true, Good
	}
	length := r.parse(b)
	switch {
	case length >= 0:
		return r, b[length:], true, Good
	case len(b) < 6 && options && !r.ipfix:
		return r, nil, false, Good // padding of what has records of at least six octets
	default:
		return r, nil, false, TemplateCut
	}
}

// parse reads the record at the front of b and returns its length, or -1 if it is longer than b.
func (r *templateRecord) parse(b []byte) int {
	header := 4
	if r.options {
		header = 6
	}
	if len(b) < header {
		return -1
	}
	length := r.parseCounts(b, header)
	if length < 0 || length > len(b) {
		return -1
	}
	r.specifiers, r.definition = b[header:length], b[2:length]
	return length
}

// parseCounts reads the record's header and returns the record's length, -1 if it is cut. In V9
// options have the lengths of their specifiers in octets (RFC 3954 §6.1), all others have the
// number of fields (RFC 3954 §5.2, RFC 7011 §3.4).
func (r *templateRecord) parseCounts(b []byte, header int) int {
	n := int(binary.BigEndian.Uint16(b[2:]))
	switch {
	case r.options && !r.ipfix:
		option := int(binary.BigEndian.Uint16(b[4:]))
		r.scopeCount, r.fieldCount = n/4, (n+option)/4
		r.broken = n%4 != 0 || option%4 != 0
		return header + n + option
	case r.options:
		r.scopeCount = int(binary.BigEndian.Uint16(b[4:]))
	}
	r.fieldCount = n
	if !r.ipfix {
		return header + 4*n
	}
	return r.ipfixLength(b, header)
}

// ipfixLength adds up specifiers of four octets and, with the enterprise bit, eight.
func (r *templateRecord) ipfixLength(b []byte, at int) int {
	for range r.fieldCount {
		if at+4 > len(b) {
			return -1
		}
		if b[at]&0x80 != 0 {
			at += 4
		}
		at += 4
	}
	return at
}

// learn keeps a template: a new one, or one that replaces the old at once (RFC 7011 §8.4, RFC 3954
// §9). What can't be kept displaces the old one all the same, for its data would be misread.
func (c *Collector) learn(s *session, r *templateRecord) {
	old := s.templates[r.id]
	if old != nil && r.sameAs(old) {
		return
	}
	if old != nil {
		c.forget(s, r.id, old)
		c.tally.TemplatesReplaced++
	}
	if r.id < firstDataSet || r.broken || len(s.templates) >= c.options.MaxTemplates ||
		s.fields+templateOverhead+r.fieldCount > c.options.MaxFields {
		c.tally.TemplatesRefused++
		return
	}
	t := r.compile()
	if t == nil {
		c.tally.TemplatesRefused++
		return
	}
	c.keep(s, r.id, t)
}

func (c *Collector) keep(s *session, id uint16, t *template) {
	if s.templates == nil {
		s.templates = make(map[uint16]*template)
	}
	s.templates[id] = t
	s.fields += t.cost()
	c.fields += t.cost()
	for c.fields > c.options.MaxTotalFields && c.sessions.oldest != s {
		c.evict(c.sessions.oldest)
	}
}

func (c *Collector) forget(s *session, id uint16, t *template) {
	delete(s.templates, id)
	s.fields -= t.cost()
	c.fields -= t.cost()
}

// forgetAll drops the templates that match.
func (c *Collector) forgetAll(s *session, match func(*template) bool) {
	for id, t := range s.templates {
		if match(t) {
			c.forget(s, id, t)
		}
	}
}

// withdraw handles a Template Withdrawal (RFC 7011 §8.1): of one template, or of all with the set's
// own id. Over UDP it must be ignored (§8.4), as must one of a template that isn't there.
func (c *Collector) withdraw(s *session, r *templateRecord) {
	c.tally.Withdrawals++
	if !c.options.ReliableTransport {
		return
	}
	if r.id == templateSet || r.id == optionsTemplateSet {
		c.forgetAll(s, func(t *template) bool { return t.options == r.options })
		return
	}
	if t := s.templates[r.id]; t != nil && t.options == r.options {
		c.forget(s, r.id, t)
	}
}
