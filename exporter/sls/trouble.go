package sls

import "time"

// trouble is a time in which a destination takes no batches. Each of its states is said once, and its
// end once, unless they were said a moment ago.
type trouble struct {
	since time.Time // zero: none
	said  map[string]bool
	quiet quiet
	now   Verdict
	error string
	// aside are the states in which batches were set aside; they are said once until Log Service has
	// taken asideQuiet batches in a row.
	aside map[string]bool
	fine  int
}

// asideQuiet is how many batches in a row end the time in which a refusal is not said again.
const asideQuiet = 100

// note is called after a failure, with the lock held: it says it, where it is new, and waits.
func (l *lane) note(v Verdict, err error) {
	l.block(v)
	if v.Action == Split {
		return
	}
	t := &l.trouble
	if t.since.IsZero() {
		t.since, t.said = l.s.o.Now(), make(map[string]bool)
	}
	t.now, t.error = v, err.Error()
	if t.said[v.State] || !t.quiet.allows(v.State, l.s.o.Now()) {
		return
	}
	t.said[v.State] = true
	l.s.o.Logger.Warn("Log Service doesn't take batches: they are kept and tried again",
		"destination", l.destination.String(), "state", v.State, "action", v.Action.String(), "error", err, "hint", v.Hint)
}

// noteAside is called after a batch was set aside, with the lock held.
func (l *lane) noteAside(v Verdict, err error) {
	l.waits.reset()
	l.block(Verdict{Action: SetAside})
	t := &l.trouble
	t.fine = 0
	if t.aside[v.State] || len(t.aside) >= maxStates {
		return
	}
	if t.aside == nil {
		t.aside = make(map[string]bool)
	}
	t.aside[v.State] = true
	l.s.o.Logger.Error("Log Service refuses a batch: it is set aside, and so are others with this answer",
		"destination", l.destination.String(), "state", v.State, "error", err, "hint", hintAside)
}

// well is called after an acknowledgement, with the lock held.
func (l *lane) well() {
	l.waits.reset()
	l.until = time.Time{}
	t := &l.trouble
	if t.fine++; t.fine >= asideQuiet {
		t.aside = nil
	}
	if t.since.IsZero() {
		return
	}
	if len(t.said) > 0 {
		l.s.o.Logger.Info("Log Service takes batches again",
			"destination", l.destination.String(), "after", l.s.o.Now().Sub(t.since).Round(time.Millisecond).String())
	}
	t.since, t.said, t.now, t.error = time.Time{}, nil, Verdict{}, ""
}
