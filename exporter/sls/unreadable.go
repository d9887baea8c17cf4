package sls

import (
	"time"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// stateUnreadable is the state of a destination whose spooled batches the disk doesn't give out.
const stateUnreadable = "spool-unreadable"

// unreadable is a time in which the disk doesn't give out what is spooled. Live batches don't wait for it.
type unreadable struct {
	since time.Time // zero: none
	until time.Time // nothing is read before
	waits waits
	said  bool
	error string
}

func newUnreadable(s *Sender) unreadable { return unreadable{waits: waits{float64: s.o.Random}} }

// readableOf is the stored batch that may be read now, nil for none, and how long that is so. It is called
// with the lock held.
func (l *lane) readableOf(stored *parcel) (*parcel, time.Duration) {
	if stored == nil {
		if !l.unread.since.IsZero() { // what couldn't be read is gone
			l.unread = newUnreadable(l.s)
		}
		return nil, forever
	}
	if wait := l.unread.until.Sub(l.s.o.Now()); wait > 0 {
		return nil, wait
	}
	return stored, forever
}

// load reads a batch. After an error the lane goes on to what is next: that batch is gone, or all that
// are on disk wait.
func (l *lane) load(p *parcel) (*spool.Batch, error) {
	batch, fromDisk, err := l.s.load(p)
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	if err != nil {
		l.current = nil
	}
	switch {
	case err == nil && fromDisk && !l.unread.since.IsZero():
		l.readable()
	case err != nil && !p.gone:
		l.cannotRead(err)
	}
	return batch, err
}

// cannotRead is called with the lock held.
func (l *lane) cannotRead(err error) {
	u, now := &l.unread, l.s.o.Now()
	if u.since.IsZero() {
		u.since = now
	}
	wait := u.waits.next(Verdict{Action: Retry})
	if l.hurried > 0 {
		wait = min(wait, shutdownWait)
	}
	u.until, u.error = now.Add(wait), err.Error()
	if !u.said && l.trouble.quiet.allows(stateUnreadable, now) {
		u.said = true
		l.s.o.Logger.Error("batches can't be read from the spool: they are kept and tried again",
			"destination", l.destination.String(), "error", err, "hint", hintDisk)
	}
}

// readable is called with the lock held.
func (l *lane) readable() {
	if l.unread.said {
		l.s.o.Logger.Info("batches can be read from the spool again", "destination", l.destination.String())
	}
	l.unread = newUnreadable(l.s)
}
