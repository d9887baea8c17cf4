package spool

import (
	"slices"
	"time"
)

// Stats is what a spool counts. Counts are since Open, except Lifetime.
type Stats struct {
	// Recovered is what Open found queued, set aside, or damaged with a good header.
	Recovered Count `json:"recovered"`
	// Accepted is what Append took.
	Accepted Count `json:"accepted"`
	// Queued is what waits now, Aside what is set aside now.
	Queued Count `json:"queued"`
	Aside  Count `json:"aside"`
	// Fates is what became of the rest.
	Fates
	// Lifetime is what became of batches since the directory was made.
	Lifetime Fates `json:"lifetime"`
	// Bytes are the octets of all files.
	Bytes int64 `json:"bytes"`
	// Oldest is when the oldest queued batch was made, and OldestAge how long ago; both are zero
	// where none is queued.
	Oldest    time.Time     `json:"oldest,omitzero"`
	OldestAge time.Duration `json:"oldest-age"`
	// Damages counts the pieces of files without a good entry that were met since Open.
	Damages DamageCount `json:"damages"`
	// DiskErrors counts what the disk refused where nothing was lost by it: syncs that an interval
	// asked for, marks, totals, removals.
	DiskErrors uint64 `json:"disk-errors"`
}

// DamageCount counts damaged pieces, and those at the end of a file, which may never have been
// accepted.
type DamageCount struct {
	Pieces     uint64 `json:"pieces"`
	Octets     uint64 `json:"octets"`
	TornPieces uint64 `json:"torn-pieces"`
	TornOctets uint64 `json:"torn-octets"`
}

func (c *DamageCount) add(d Damage) {
	if d.Torn {
		c.TornPieces++
		c.TornOctets += uint64(d.Octets)
		return
	}
	c.Pieces++
	c.Octets += uint64(d.Octets)
}

// Balanced says whether the sums hold: Recovered + Accepted = Delivered + Queued + Aside + Dropped.
func (s *Stats) Balanced() bool {
	return s.Recovered.Plus(s.Accepted) == s.Delivered.Plus(s.Queued).Plus(s.Aside).Plus(s.Dropped.Total())
}

// Stats returns the counts of this moment.
func (s *Spool) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.stats
	st.Lifetime = s.totals.Fates
	for _, seg := range s.segments {
		st.Lifetime = st.Lifetime.Plus(seg.settled)
	}
	st.Bytes = s.bytes
	if st.Oldest = s.oldest(); !st.Oldest.IsZero() {
		st.OldestAge = max(0, s.o.Now().Sub(st.Oldest))
	}
	return st
}

// Damages lists the damaged pieces that were met since Open, the first 256 of them.
func (s *Spool) Damages() []Damage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.damages)
}
