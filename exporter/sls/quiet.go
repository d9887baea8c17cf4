package sls

import "time"

const (
	// sayAgain is how long something that has been said is not said again, however often it comes and goes.
	sayAgain = 5 * time.Minute
	// maxStates bounds the states that are said: their names may be the other side's.
	maxStates = 64
)

// quiet keeps what comes and goes from filling the log.
type quiet struct{ last map[string]time.Time }

// allows says whether a state may be said now, and takes note that it is.
func (q *quiet) allows(state string, now time.Time) bool {
	last, said := q.last[state]
	if said && now.Sub(last) < sayAgain && !now.Before(last) {
		return false
	}
	if !said && len(q.last) >= maxStates {
		return false
	}
	if q.last == nil {
		q.last = make(map[string]time.Time)
	}
	q.last[state] = now
	return true
}
