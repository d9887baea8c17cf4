package sls

import (
	"cmp"
	"slices"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// Healthy is the state of a destination that takes batches.
const Healthy = "healthy"

// Status is how one destination is.
type Status struct {
	Destination spool.Destination `json:"destination"`
	// Current says that a session exports there now; otherwise only the spool is being delivered.
	Current bool `json:"current"`
	// State is Healthy, or why it takes no batches: the answer's code, or what stands for it.
	State string `json:"state"`
	// Error and Hint say more, and what to do. Since is when it began, NextTry when it is tried again.
	Error   string    `json:"error,omitempty"`
	Hint    string    `json:"hint,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	NextTry time.Time `json:"next-try,omitzero"`
	// Waiting is what is in memory for it.
	Waiting exporter.Sum `json:"waiting"`
}

// Status lists the destinations that have a session or batches, by name.
func (s *Sender) Status() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Status, 0, len(s.lanes))
	for _, l := range s.lanes {
		all = append(all, l.status())
	}
	slices.SortFunc(all, func(a, b Status) int { return cmp.Compare(a.Destination.String(), b.Destination.String()) })
	return all
}

// status is called with the lock held.
func (l *lane) status() Status {
	st := Status{Destination: l.destination, Current: l.sessions > 0, State: Healthy}
	for _, p := range l.waiting {
		st.Waiting = st.Waiting.Plus(p.sum)
	}
	if u := &l.unread; !u.since.IsZero() {
		st.State, st.Error, st.Hint, st.Since, st.NextTry = stateUnreadable, u.error, hintDisk, u.since, u.until
	}
	if t := &l.trouble; !t.since.IsZero() {
		st.State, st.Error, st.Hint, st.Since, st.NextTry = t.now.State, t.error, t.now.Hint, t.since, l.until
	}
	return st
}
