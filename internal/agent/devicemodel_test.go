package agent

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/plan"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/collector"
)

// model is what must come of packets and changes of configuration, in the plainest words: flows in a map,
// all of them looked at whenever a whole tick is crossed.
type model struct {
	state    plan.State
	flows    map[byte]*sent
	clock    flowtable.Clock
	session  int // the session in force, -1 for none; they are numbered as they begin
	sessions int
	out      []sent
	inactive uint64
}

// sent is a record and the session to which it went.
type sent struct {
	session     int
	host        byte
	packets     uint64
	first, last int64
	reason      flowtable.EndReason
}

func newModel() *model { return &model{flows: map[byte]*sent{}, session: -1} }

func (m *model) due(f *sent) (int64, flowtable.EndReason) {
	idle, active := f.last+int64(m.state.Aging.Inactive)*1e9, f.first+int64(m.state.Aging.Active)*1e9
	if active < idle {
		return active, flowtable.ActiveAging
	}
	return idle, flowtable.IdleTimeout
}

func (m *model) end(f *sent, reason flowtable.EndReason) {
	f.session, f.reason = m.session, reason
	m.out = append(m.out, *f)
	delete(m.flows, f.host)
}

func (m *model) packet(p at) {
	t := int64(p.seconds * 1e9)
	if m.clock.Observe(t) {
		for _, f := range m.flows {
			if due, reason := m.due(f); due <= m.clock.Now()/flowtable.Tick*flowtable.Tick {
				m.end(f, reason)
			}
		}
	}
	if !m.state.Metering {
		m.inactive++
		return
	}
	f := m.flows[p.host]
	if f != nil {
		if due, reason := m.due(f); t >= due || t-f.first >= int64(m.state.Aging.Active)*1e9 {
			m.end(f, reason)
			f = nil
		}
	}
	if f == nil {
		f = &sent{host: p.host, first: t, last: t}
		m.flows[p.host] = f
	}
	f.packets++
	f.first, f.last = min(f.first, t), max(f.last, t)
}

func (m *model) flush(reason flowtable.EndReason) {
	for _, f := range m.flows {
		due, why := m.due(f)
		if due > m.clock.Now() {
			why = reason
		}
		m.end(f, why)
	}
}

func (m *model) change(d config.Desired) {
	next := plan.Of(d)
	if !next.Metering {
		m.flush(flowtable.ForcedEnd)
	}
	if next.Netflow != m.state.Netflow {
		m.session = -1
		if next.Netflow != (plan.Netflow{}) {
			m.session = m.sessions
			m.sessions++
		}
	}
	m.state = next
}

// lines are the records in an order and form of their own; V5 has no reasons.
func sentLines(all []sent, reasonless func(session int) bool) []string {
	var lines []string
	for _, s := range all {
		reason := flowtable.EndReason(s.reason.Wire())
		if reasonless(s.session) {
			reason = flowtable.NoReason
		}
		lines = append(lines, fmt.Sprintf("session %d host %d: %d packets, %d to %d ms, %s", s.session, s.host, s.packets, s.first/1e6, s.last/1e6, reason))
	}
	slices.Sort(lines)
	return lines
}

// received decodes what each session sent, and checks that each is one of its own: it begins with
// sequence number 0, none is missing or twice, and no data came before its template.
func received(t testing.TB, sinks []*memory) []sent {
	t.Helper()
	c := collector.New(collector.Options{})
	var all []sent
	for i, sink := range sinks {
		from := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(1000+i))
		for n, d := range sink.datagrams() {
			if n == 0 && sequenceOf(d) != 0 {
				t.Errorf("session %d begins with sequence number %d", i, sequenceOf(d))
			}
			flows, verdict := c.Decode(from, d, nil)
			if verdict.Malformed() {
				t.Fatalf("session %d: datagram is malformed: %s", i, verdict)
			}
			for _, f := range flows {
				all = append(all, sent{session: i, host: f.Src[3], packets: f.Packets, first: f.First, last: f.Last, reason: f.Reason})
			}
		}
	}
	for _, s := range c.Summary().Sessions {
		if q := s.Sequence; q.Lost+q.Duplicates+q.Reordered+q.Restarts != 0 || s.RecordsWithoutTemplate != 0 || s.OctetsWithoutTemplate != 0 {
			t.Errorf("session %s of version %d: sequence %+v, %d records and %d octets without their template",
				s.Exporter, s.Version, q, s.RecordsWithoutTemplate, s.OctetsWithoutTemplate)
		}
	}
	slices.SortFunc(all, func(a, b sent) int { return cmp.Or(a.session-b.session, cmp.Compare(a.first, b.first)) })
	return all
}

func sequenceOf(d []byte) uint32 {
	switch version := binary.BigEndian.Uint16(d); version {
	case 5:
		return binary.BigEndian.Uint32(d[16:])
	case 9:
		return binary.BigEndian.Uint32(d[12:])
	default:
		return binary.BigEndian.Uint32(d[8:])
	}
}

func isV5(sinks []*memory) func(int) bool {
	return func(session int) bool {
		if session < 0 {
			return false
		}
		all := sinks[session].datagrams()
		return len(all) > 0 && binary.BigEndian.Uint16(all[0]) == 5
	}
}
