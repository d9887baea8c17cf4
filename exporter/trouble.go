package exporter

import (
	"log/slog"
	"time"
)

// trouble is a time in which the collector can't be reached. Each kind of failure is said once in
// it, and its end once; all else is counted. It ends with a datagram taken at first go when no
// failure was reported for quietTime: the report of a lost datagram comes late, or never.
type trouble struct {
	since, last time.Time // zero: no trouble
	said        [dropReasons]bool
	dropped     uint64 // Counters' values at its start
	resent      uint64

	shaken           bool // the last datagram met a failure
	gaveUp           [dropReasons]bool
	saidUnexportable bool
}

// noteFailure is called for each failed attempt to send.
func (s *Session) noteFailure(e *SendError) {
	t := &s.trouble
	t.shaken = true
	now := s.options.Now()
	if t.since.IsZero() {
		c := s.Counters()
		t.since, t.dropped, t.resent = now, c.Dropped.Total().Records, c.Resent
	}
	t.last = now
	if t.said[e.Reason] {
		return
	}
	t.said[e.Reason] = true
	s.log().Warn("collector doesn't take datagrams; further failures are counted only",
		"reason", e.Reason.String(), "error", e.Err, "hint", e.Reason.hint())
}

// noteTaken is called for each datagram that was taken at first go.
func (s *Session) noteTaken() {
	t := &s.trouble
	if t.since.IsZero() {
		return
	}
	now := s.options.Now()
	if now.Sub(t.last) < quietTime {
		return
	}
	c := s.Counters()
	s.log().Info("collector takes datagrams again",
		"after", now.Sub(t.since).String(),
		"dropped-records", c.Dropped.Total().Records-t.dropped, "resent-datagrams", c.Resent-t.resent)
	t.since, t.said = time.Time{}, [dropReasons]bool{}
}

// refresh makes the templates go with the next datagram after a failure: the collector may have
// been restarted, or the datagram that was lost had them.
func (s *Session) refresh() {
	if !s.trouble.shaken {
		return
	}
	s.trouble.shaken = false
	if r, ok := s.encoder.(Refresher); ok {
		r.Refresh()
	}
}

func (s *Session) saidUnexportable() {
	if s.trouble.saidUnexportable {
		return
	}
	s.trouble.saidUnexportable = true
	s.log().Warn("IPv6 flows are left out: this NetFlow version can't carry them; they are counted as unexportable",
		"hint", "choose V9 or V10 for this collector")
}

// saidQueueFull is called by any goroutine.
func (s *Session) saidQueueFull(what string) {
	if s.saidFull.CompareAndSwap(false, true) {
		s.log().Warn(what, "hint", DropQueueFull.hint())
	}
}

func (s *Session) saidShorter() {
	s.log().Info("the path carries shorter datagrams", "payload-limit", s.limit)
}

func (s *Session) saidGaveUp(reason DropReason) {
	if s.trouble.gaveUp[reason] || reason == DropShutdown {
		return
	}
	s.trouble.gaveUp[reason] = true
	s.log().Error("records can't be sent; they are dropped and counted",
		"reason", reason.String(), "payload-limit", s.limit, "payload-needed", s.encoder.MinLimit(), "hint", reason.hint())
}

// saidEnd sums the losses up.
func (s *Session) saidEnd() {
	c := s.Counters()
	if c.Dropped.Total().Records == 0 {
		return
	}
	var reasons []any
	for i, sum := range c.Dropped {
		if sum.Records > 0 {
			reasons = append(reasons, slog.Uint64(DropReason(i).String(), sum.Records))
		}
	}
	s.log().Warn("records were dropped", "records", c.Dropped.Total().Records, slog.Group("reasons", reasons...))
}

func (s *Session) log() *slog.Logger {
	return s.options.Logger.With("output", s.options.Name, "collector", s.sink.String())
}
