package collector

import (
	"cmp"
	"slices"
)

// Summary is the account of everything that arrived.
type Summary struct {
	// Sessions are in the order of exporter, version and domain.
	Sessions []SessionSummary `json:"sessions"`
	// Evicted is how many sessions were displaced by newer ones; Totals have their sums.
	Evicted uint64 `json:"sessions-evicted"`
	Totals  Totals `json:"totals"`
}

// SessionSummary is the account of one exporter (address and port), domain and version.
type SessionSummary struct {
	Exporter string `json:"exporter"`
	Domain   uint32 `json:"domain"`
	Version  uint16 `json:"version"`
	Counters
	// Malformed counts malformed datagrams by their Verdict.
	Malformed map[string]uint64 `json:"malformed,omitempty"`
	Sequence  SequenceSummary   `json:"sequence"`
	// Templates and OptionsTemplates are those known at the end.
	Templates        int `json:"templates"`
	OptionsTemplates int `json:"options-templates"`
	// Report is what the exporter said of itself.
	Report *Report `json:"report,omitempty"`
}

// SequenceSummary is the account of loss by sequence numbers.
type SequenceSummary struct {
	// Counts says what the exporter's sequence number was found to count; by their versions'
	// rules "records" (V5, IPFIX) or "datagrams" (V9).
	Counts string `json:"counts"`
	// Lost are the records or datagrams that are missing: gaps that no late datagram filled. What
	// came in malformed datagrams is missing, too. In IPFIX, what sets without a template held is
	// not: as many records as fit in them once their template came, until then records of 8 octets,
	// so that a loss beside them may come to light only with the template.
	Lost uint64 `json:"lost"`
	Unit string `json:"unit,omitempty"`
	// Duplicates, Reordered and Restarts count datagrams: those that were octet for octet one that
	// came before, those that came later than their place, those that began the sequence anew.
	Duplicates uint64 `json:"duplicates"`
	Reordered  uint64 `json:"reordered"`
	Restarts   uint64 `json:"restarts"`
	// Unpredicted datagrams had another sequence number than was expected, for whatever reason.
	Unpredicted uint64 `json:"unpredicted"`
	// Next is the number that the next datagram should have.
	Next uint32 `json:"next"`
}

// Totals are the sums of all sessions, and what belongs to none.
type Totals struct {
	Counters
	LostRecords   uint64            `json:"lost-records"`
	LostDatagrams uint64            `json:"lost-datagrams"`
	Duplicates    uint64            `json:"duplicates"`
	Reordered     uint64            `json:"reordered"`
	Restarts      uint64            `json:"restarts"`
	Malformed     map[string]uint64 `json:"malformed,omitempty"`
}

// Summary returns the account so far.
func (c *Collector) Summary() Summary {
	sum := Summary{Sessions: make([]SessionSummary, 0, len(c.sessions.byKey)), Evicted: c.evicted.sessions}
	total := c.evicted
	for s := c.sessions.newest; s != nil; s = s.older {
		sum.Sessions = append(sum.Sessions, s.summary())
		total.add(s)
	}
	slices.SortFunc(sum.Sessions, func(a, b SessionSummary) int {
		return cmp.Or(cmp.Compare(a.Exporter, b.Exporter), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Domain, b.Domain))
	})
	total.malformed.add(&c.rejected)
	for _, n := range c.rejected {
		total.totals.Datagrams += n
	}
	total.totals.DatagramOctets += c.octets
	sum.Totals = total.totals
	sum.Totals.Malformed = total.malformed.byName()
	return sum
}

func (s *session) summary() SessionSummary {
	sum := SessionSummary{
		Exporter: s.key.exporter.String(), Domain: s.key.domain, Version: s.key.version,
		Counters: s.books(), Malformed: s.malformed.byName(), Sequence: s.sequenceSummary(), Report: s.report.clone(),
	}
	for _, t := range s.templates {
		if t.options {
			sum.OptionsTemplates++
		} else {
			sum.Templates++
		}
	}
	return sum
}

// books are the counters with what the sequence tells of sets that could not be read; V9 has that
// from the header's counts.
func (s *session) books() Counters {
	c := s.counters
	if s.key.version == versionIPFIX {
		t := s.sequence.believed()
		c.RecordsWithoutTemplate = min(t.deduced-s.unread.excess(t), c.OctetsWithoutTemplate)
	}
	return c
}

func (s *session) sequenceSummary() SequenceSummary {
	q := &s.sequence
	t := q.believed()
	return SequenceSummary{
		Counts: conventionNames[t.counts], Lost: t.lost + s.unread.excess(t), Unit: t.counts.unit(),
		Duplicates: q.duplicates, Reordered: t.reordered, Restarts: t.restarts,
		Unpredicted: t.disorder, Next: t.next,
	}
}

// evicted are the sums of sessions.
type evicted struct {
	sessions  uint64
	totals    Totals
	malformed malformedCounts
}

func (e *evicted) add(s *session) {
	e.sessions++
	books := s.books()
	e.totals.add(&books)
	e.malformed.add(&s.malformed)
	q := s.sequenceSummary()
	if q.Unit == "datagrams" {
		e.totals.LostDatagrams += q.Lost
	} else {
		e.totals.LostRecords += q.Lost
	}
	e.totals.Duplicates += q.Duplicates
	e.totals.Reordered += q.Reordered
	e.totals.Restarts += q.Restarts
}
