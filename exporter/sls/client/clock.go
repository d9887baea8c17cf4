package client

import (
	"net/http"
	"sync/atomic"
	"time"
)

// clock is the system's, and how far the service's is ahead of it.
type clock struct {
	system func() time.Time
	offset atomic.Int64 // nanoseconds
}

func (c *clock) now() time.Time { return c.system().Add(time.Duration(c.offset.Load())) }

// learn takes the service's time from an answer's header Date.
func (c *clock) learn(h http.Header) {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		c.offset.Store(int64(date.Sub(c.system())))
	}
}

// The codes by which the service says that the request's time is off.
const (
	codeTimeTooSkewed = "RequestTimeTooSkewed"
	codeTimeExpired   = "RequestTimeExpired"
)

func isSkew(e *Error) bool {
	return e.Kind == Refused && (e.Code == codeTimeTooSkewed || e.Code == codeTimeExpired)
}
