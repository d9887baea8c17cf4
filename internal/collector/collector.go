package collector

import (
	"hash/maphash"
	"net/netip"

	"github.com/sagflow/sagflow/flowtable"
)

// Flow is a decoded record and where it came from.
type Flow struct {
	flowtable.Record
	// Exporter is the address and port of the datagram's sender.
	Exporter netip.AddrPort
	// Domain is the observation domain (IPFIX), the source id (V9), or engine type × 256 + engine
	// id (V5).
	Domain uint32
	// Version is 5, 9 or 10.
	Version uint16
}

// Collector decodes datagrams. It is used by one goroutine.
type Collector struct {
	options  Options
	sessions sessionList
	fields   int // cost of all sessions' templates
	seed     maphash.Seed

	rejected malformedCounts // datagrams that belong to no session
	octets   uint64          // of those
	evicted  evicted

	// What follows is of the datagram being decoded; kept here so that nothing is allocated.
	message message
	values  values
	tally   Counters
	unread  []unreadSet
	origin  Flow
}

// New returns a Collector that has seen nothing yet.
func New(o Options) *Collector {
	return &Collector{
		options:  o.withDefaults(),
		sessions: sessionList{byKey: make(map[sessionKey]*session)},
		seed:     maphash.MakeSeed(),
	}
}

// Decode reads one datagram, or one message of a stream, and appends its flow records to out. It
// keeps nothing of datagram. The records of malformed datagrams and, unless KeepDuplicates is set,
// of duplicates are not appended. With known templates and room in out it allocates nothing.
func (c *Collector) Decode(from netip.AddrPort, datagram []byte, out []Flow) ([]Flow, Verdict) {
	m := &c.message
	v := m.parse(datagram)
	if v == TooShort || v == UnknownVersion {
		c.rejected[v]++
		c.octets += uint64(len(datagram))
		return out, v
	}
	s := c.session(sessionKey{from, m.domain, m.version})
	c.unread = c.unread[:0]
	c.tally = Counters{Datagrams: 1, DatagramOctets: uint64(len(datagram)), TrailingOctets: uint64(m.trailing)}
	if s.sequence.duplicate(c.seed, m, datagram) {
		return c.decodeDuplicate(s, m, v, out)
	}
	rebooted := v == Good && s.sequence.rebooted(m)
	if rebooted {
		// RFC 3954 §7: a restart loses all templates, and ids may come back with other meanings.
		c.forgetAll(s, func(*template) bool { return true })
	}
	out, v = c.decodeBody(s, m, v, datagram, out)
	c.account(s, m, v, rebooted)
	return out, v
}

// session finds or makes the session of a datagram.
func (c *Collector) session(key sessionKey) *session {
	s := c.sessions.find(key)
	if s == nil {
		if len(c.sessions.byKey) >= c.options.MaxSessions {
			c.evict(c.sessions.oldest)
		}
		s = c.sessions.add(key)
	}
	c.origin.Exporter, c.origin.Domain, c.origin.Version = key.exporter, key.domain, key.version
	return s
}

func (c *Collector) decodeBody(s *session, m *message, v Verdict, datagram []byte, out []Flow) ([]Flow, Verdict) {
	switch {
	case v != Good:
		return out, v
	case m.version == versionV5:
		if n := v5Sampling(datagram); n.Of > 1 || n.Algorithm != 0 {
			s.setV5Sampling(n)
		}
		return c.decodeV5(m, out), Good
	default:
		return c.decodeSets(s, m, out)
	}
}

// decodeDuplicate counts a duplicate, outside of the sequence. Its records are decoded only when
// they are wanted.
func (c *Collector) decodeDuplicate(s *session, m *message, v Verdict, out []Flow) ([]Flow, Verdict) {
	if c.options.KeepDuplicates && v == Good {
		if m.version == versionV5 {
			out = c.decodeV5(m, out)
		} else {
			out, _ = c.decodeSets(s, m, out)
		}
	}
	s.counters.add(&c.tally)
	return out, Duplicate
}

// account takes a datagram into its session's counters and sequence. A malformed one has no place
// in the sequence: what it says can't be trusted, and its records are lost indeed.
func (c *Collector) account(s *session, m *message, v Verdict, rebooted bool) {
	t := &c.tally
	if v.Malformed() {
		s.malformed[v]++
		s.counters.add(&Counters{Datagrams: 1, DatagramOctets: t.DatagramOctets})
		return
	}
	s.counters.add(t)
	late := s.sequence.account(m, &arrival{
		records: uint32(t.DataRecords + t.OptionsRecords), flows: uint32(t.DataRecords),
		slack: uint32(t.OctetsWithoutTemplate), rebooted: rebooted,
	})
	s.unread.account(s.templates, c.unread, late)
	if t.TemplateRecords > 0 {
		s.unread.settle(s.templates)
	}
}

// evict forgets a session, all but its sums.
func (c *Collector) evict(s *session) {
	c.forgetAll(s, func(*template) bool { return true })
	c.evicted.add(s)
	c.sessions.remove(s)
}
