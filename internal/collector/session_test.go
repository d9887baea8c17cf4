package collector

import (
	"net/netip"
	"testing"
)

func port(n uint16) netip.AddrPort { return netip.AddrPortFrom(exporterA.Addr(), n) }

func TestSessionsAreDisplacedByAge(t *testing.T) {
	c := New(Options{MaxSessions: 3})
	hello := ipfix(0, set(2, tmpl(256, basic...)), set(256, basicRecords(2)))
	for _, n := range []uint16{1, 2, 3, 1, 4, 1, 5} { // displaces 2, then 3
		c.Decode(port(n), hello, nil)
	}
	var left []string
	sum := c.Summary()
	for _, s := range sum.Sessions {
		left = append(left, s.Exporter)
	}
	equal(t, "left", []string{"192.0.2.1:1", "192.0.2.1:4", "192.0.2.1:5"}, left)
	// What they sent stays in the sums. Two of the three datagrams of port 1 are duplicates.
	if sum.Evicted != 2 || sum.Totals.Datagrams != 7 || sum.Totals.Records != 10 || sum.Totals.Duplicates != 2 {
		t.Errorf("%+v", sum)
	}
}

func TestSessionListOrder(t *testing.T) {
	l := sessionList{byKey: map[sessionKey]*session{}}
	key := func(n uint32) sessionKey { return sessionKey{domain: n, version: 10} }
	for n := range uint32(4) {
		l.add(key(n))
	}
	for _, step := range []struct {
		find uint32
		want []uint32
	}{{3, []uint32{3, 2, 1, 0}}, {0, []uint32{0, 3, 2, 1}}, {2, []uint32{2, 0, 3, 1}}, {9, []uint32{2, 0, 3, 1}}} {
		l.find(key(step.find))
		var forward, backward []uint32
		for s := l.newest; s != nil; s = s.older {
			forward = append(forward, s.key.domain)
		}
		for s := l.oldest; s != nil; s = s.newer {
			backward = append([]uint32{s.key.domain}, backward...)
		}
		equal(t, "newest first", step.want, forward)
		equal(t, "backward", step.want, backward)
	}
	for l.oldest != nil {
		l.remove(l.oldest)
	}
	if l.newest != nil || len(l.byKey) != 0 {
		t.Errorf("%+v", l)
	}
}

// A session whose templates pass the limit of all sessions displaces others, never itself.
func TestTotalFieldLimit(t *testing.T) {
	one := templateOverhead + len(basic)
	c := New(Options{MaxTotalFields: 2 * one})
	hello := ipfix(0, set(2, tmpl(256, basic...)))
	for n := range uint16(5) {
		c.Decode(port(n), hello, nil)
	}
	if sum := c.Summary(); len(sum.Sessions) != 2 || sum.Evicted != 3 {
		t.Errorf("%d sessions, %d evicted", len(sum.Sessions), sum.Evicted)
	}
	c = New(Options{MaxTotalFields: 1})
	if flows, _ := c.Decode(exporterA, ipfix(0, set(2, tmpl(256, basic...)), set(256, basicRecord(1))), nil); len(flows) != 1 {
		t.Error("the only session lost its template")
	}
}
