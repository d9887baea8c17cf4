package collector

import "hash/maphash"

// sequence accounts for a session's loss.
//
// Exporters disagree on what the number counts, so every convention has its tracker, and the one
// that predicted clearly more datagrams than the version's rule is believed: otherwise an exporter
// that counts in its own way would seem to lose records all the time.
type sequence struct {
	trackers [conventionCount]tracker
	rule     convention
	version  uint16
	// recent are hashes of the last datagrams, to tell a duplicate from a late one.
	recent     [64]uint64
	recentNext uint8
	duplicates uint64
	started    bool
	// newest is the largest time in a header, in milliseconds; uptime and boot are the last ones.
	newest, boot int64
	uptime       uint32
}

// bootStep in milliseconds is how far the boot time (header time − sysUptime) must move to mean
// a restart: V9's header has whole seconds, so that it jitters by one.
const bootStep = 3000

func (q *sequence) begin(version uint16) {
	q.rule, q.version = standard(version), version
	for i := range q.trackers {
		q.trackers[i].counts = convention(i)
	}
}

// duplicate notes a datagram and reports whether it is, octet for octet, one of the last 64 and
// behind the sequence. A template message that is sent twice on purpose stands where the sequence
// expects it (RFC 7011 §8.4) and is none.
func (q *sequence) duplicate(seed maphash.Seed, m *message, datagram []byte) bool {
	hash := maphash.Bytes(seed, datagram)
	t := &q.trackers[q.rule]
	if t.started && int32(m.sequence-t.next) < 0 {
		for _, h := range q.recent {
			if h == hash {
				q.duplicates++
				return true
			}
		}
	}
	q.recent[q.recentNext%uint8(len(q.recent))] = hash
	q.recentNext++
	return false
}

// rebooted reports whether the header tells of a restart: the uptime went back, and the boot time
// forward, at a place where the sequence does not go on. (A step of the exporter's clock and
// a wrap of sysUptime move the boot time too, but then the sequence goes on.)
func (q *sequence) rebooted(m *message) bool {
	return q.started && m.clock.hasUptime && m.clock.uptime < q.uptime &&
		m.clock.export-int64(m.clock.uptime) >= q.boot+bootStep &&
		m.sequence != q.trackers[q.rule].next
}

// account takes the datagram into the books, and reports whether it came later than its place.
func (q *sequence) account(m *message, a *arrival) (late bool) {
	a.sequence = m.sequence
	if q.started {
		a.newer = m.clock.export - q.newest
	}
	rule := &q.trackers[q.rule]
	restarts, reordered := rule.restarts, rule.reordered
	for i := range q.trackers {
		q.trackers[i].observe(a)
	}
	// Late datagrams say nothing about the present; after a restart time may start anew.
	if !q.started || a.newer >= 0 || rule.restarts > restarts {
		q.newest = m.clock.export
		q.uptime, q.boot = m.clock.uptime, m.clock.export-int64(m.clock.uptime)
	}
	q.started = true
	return rule.reordered > reordered
}

// evidence is how many datagrams must speak for another convention than the version's own: by
// chance, a loss may look like one of them once or twice.
const evidence = 3

// believed returns the tracker whose convention the exporter follows: the version's own, unless
// another one was wrong less than half as often.
func (q *sequence) believed() *tracker {
	best := &q.trackers[q.rule]
	for i := range q.trackers {
		t := &q.trackers[i]
		if t.counts.seenIn(q.version) && t.doubt()+evidence <= best.doubt() && 2*t.doubt() < best.doubt() {
			best = t
		}
	}
	return best
}
