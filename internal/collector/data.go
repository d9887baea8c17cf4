package collector

// decodeData reads a data set. What is left when no record fits any more is padding, zero or not
// (RFC 7011 §9.1). A set without a template is counted and skipped: records are not kept to wait
// for one, since an id may by then mean something else.
func (c *Collector) decodeData(s *session, m *message, id uint16, b []byte, out []Flow) ([]Flow, Verdict) {
	t := s.templates[id]
	if t == nil {
		c.tally.SetsWithoutTemplate++
		c.tally.OctetsWithoutTemplate += uint64(len(b))
		c.unread = appendUnread(c.unread, id, len(b))
		return out, Good
	}
	at := m.clock
	if s.hasBoot && !at.hasUptime {
		at = at.withBoot(s.boot)
	}
	for len(b) >= t.minLength {
		n := c.values.read(t, b)
		if n < 0 {
			return out, FieldBeyondSet
		}
		b = b[n:]
		if t.options {
			c.tally.OptionsRecords++
			s.decodeOptions(&c.values, &at)
			continue
		}
		out = c.appendFlow(t, &at, out)
	}
	return out, Good
}

// appendFlow makes a flow of the record just read, or two of a biflow.
func (c *Collector) appendFlow(t *template, at *clock, out []Flow) []Flow {
	c.tally.DataRecords++
	v := &c.values
	if v.forward.has&(1<<systemInit) != 0 && !at.hasUptime {
		own := at.withBoot(wireMilliseconds(v.forward.num[systemInit]))
		at = &own
	}
	out = append(out, c.origin)
	forward := &out[len(out)-1].Record
	addressed, timed := v.fill(forward, at)
	if !addressed {
		c.tally.RecordsWithoutAddresses++
		return out[:len(out)-1]
	}
	if !timed {
		c.tally.RecordsWithoutTimes++
	}
	if t.reverse && v.hasReverse() {
		return c.appendReverse(at, out)
	}
	c.tally.countRecord(forward)
	return out
}

// appendReverse adds the other direction of a biflow, or puts it in the place of a forward one in
// which nothing was seen.
func (c *Collector) appendReverse(at *clock, out []Flow) []Flow {
	forward := out[len(out)-1].Record
	if forward.Packets != 0 || forward.Octets != 0 {
		c.tally.countRecord(&forward)
		c.tally.ReverseRecords++
		out = append(out, c.origin)
	}
	backward := &out[len(out)-1].Record
	c.values.fillReverse(backward, &forward, at)
	c.tally.countRecord(backward)
	return out
}
