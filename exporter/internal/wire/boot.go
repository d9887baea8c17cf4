package wire

import "github.com/sagflow/sagflow/flowtable"

const (
	// maxUptime is the last whole second of sysUptime's 2³²−1 ms, 49.7 days. Headers are on whole
	// seconds and not before any end, so no end may be later either.
	maxUptime = (int64(1)<<32 - 1) / 1000
	// lead is how far before the packet time a new boot time is: 2³¹ ms, rounded up to a second. So
	// records fit that began up to 24.8 days earlier, and 24.8 days pass until it changes.
	lead = (int64(1)<<31 + 999) / 1000
)

// Window is the range of boot times, in seconds since 1970 and both included, that suit a record.
type Window struct{ Low, High int64 }

// And returns the boot times that suit both.
func (w Window) And(v Window) Window {
	return Window{Low: max(w.Low, v.Low), High: min(w.High, v.High)}
}

// Empty says that no boot time suits.
func (w Window) Empty() bool { return w.Low > w.High }

// Has says that the boot time suits.
func (w Window) Has(second int64) bool { return w.Low <= second && second <= w.High }

// Relative is the window of a record whose times travel as milliseconds since boot. It is empty
// where none suits: the record is longer than 2³²−1 ms (in whole seconds: from the second of its
// first packet to the second after its last), or ends after MaxSecond. Times before 1970 count
// as 0, an end before the start as the start.
func Relative(r *flowtable.Record) Window {
	first, last := max(r.First, 0), max(r.First, r.Last, 0)
	if ceilSecond(last) > MaxSecond {
		return Window{Low: 1, High: 0}
	}
	return Window{Low: ceilSecond(last) - maxUptime, High: first / nanosPerSecond}
}

// Closest is the window of a record of which a time must be moved: its start still fits if its end
// within the header's reach allows that, or else it is moved up as little as possible.
func Closest(r *flowtable.Record) Window {
	w := Absolute(r)
	w.High = max(w.Low, min(w.High, max(r.First, 0)/nanosPerSecond))
	return w
}

// Absolute is the window of a record of which only the end must be within the header's reach:
// its times travel otherwise. It is never empty.
func Absolute(r *flowtable.Record) Window {
	last := min(max(r.First, r.Last, 0), MaxSecond*nanosPerSecond)
	return Window{Low: ceilSecond(last) - maxUptime, High: last / nanosPerSecond}
}

// A Rule gives the window of a record; false says that the record doesn't matter, because it isn't
// sent.
type Rule func(r *flowtable.Record) (Window, bool)

// AnyRecord is the Rule of a version that carries every record: Relative, or Absolute where no boot
// time suits.
func AnyRecord(r *flowtable.Record) (Window, bool) {
	if w := Relative(r); !w.Empty() {
		return w, true
	}
	return Absolute(r), true
}

// Boot is the boot time that a V5 or V9 session shows: unix_secs × 1000 − sysUptime of all its
// headers until the next one is chosen. The zero value is none.
type Boot struct {
	second int64
	set    bool
}

// BootAt is a boot time at a second since 1970.
func BootAt(second int64) Boot { return Boot{second: second, set: true} }

// Moved is the boot time when the wall clock was set forward by so many seconds: sysUptime goes on.
func (b Boot) Moved(seconds int64) Boot {
	if b.set {
		b.second += seconds
	}
	return b
}

// Suits says that there is a boot time and that it is in the window.
func (b Boot) Suits(w Window) bool { return b.set && w.Has(b.second) }

// Reach returns the earliest start and the latest end, in nanoseconds since 1970, of the records
// that suit the boot time.
func (b Boot) Reach() (first, last int64) {
	return b.second * nanosPerSecond, min(b.second+maxUptime, MaxSecond) * nanosPerSecond
}

// Uptime returns the milliseconds since boot of a time within Reach.
func (b Boot) Uptime(nanos int64) uint32 {
	return uint32(nanos/nanosPerMilli - b.second*1000)
}

// Header returns the header's time and sysUptime: the whole second at or after clock and last,
// or last's alone when the clock is out of the boot time's reach.
func (b Boot) Header(clock, last int64) (second, uptime uint32) {
	s := max(HeaderSecond(clock), HeaderSecond(last))
	if s > b.second+maxUptime {
		s = HeaderSecond(last)
	}
	s = min(max(s, b.second), b.second+maxUptime)
	return uint32(s), uint32((s - b.second) * 1000)
}

// For returns the boot time for a datagram that begins with these records: the same while it suits
// the first of them that matters or, without one, the clock; else a new one.
func (b Boot) For(clock int64, records []flowtable.Record, rule Rule) Boot {
	w := clockWindow(clock)
	for i := range records {
		if own, matters := rule(&records[i]); matters {
			w = own
			break
		}
	}
	if b.Suits(w) {
		return b
	}
	return chooseBoot(clock, records, rule)
}

// clockWindow is the window of a datagram without records.
func clockWindow(clock int64) Window {
	s := HeaderSecond(clock)
	return Window{Low: s - maxUptime, High: s}
}

// chooseBoot returns a boot time for the leading records: for the first and as many of those that
// follow as one boot time can serve, so that records of two eras change it as seldom as possible.
// It is lead before the clock where that suits them, else lead before the latest end among them.
func chooseBoot(clock int64, records []flowtable.Record, rule Rule) Boot {
	w := Window{Low: -maxUptime, High: MaxSecond}
	for i := range records {
		own, matters := rule(&records[i])
		if !matters {
			continue
		}
		next := w.And(own)
		if next.Empty() {
			break
		}
		w = next
	}
	if s := max(HeaderSecond(clock)-lead, 0); w.Has(s) {
		return BootAt(s)
	}
	return BootAt(max(min(w.Low+maxUptime-lead, w.High), 0))
}
