package livetest

import (
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/collector"
	"github.com/sagflow/sagflow/internal/testutil"
)

// quiet stops all traffic, until what is returned is called, when it has arrived.
func (s *soak) quiet() (resume func()) {
	s.t.Helper()
	for _, l := range s.loads {
		l.Lock()
		s.arrived(l)
	}
	return func() {
		for _, l := range s.loads {
			l.Unlock()
		}
	}
}

// checkpoint has quiet, and accounts for every frame and every record. Faults that go on now, go on.
func (s *soak) checkpoint() {
	s.t.Helper()
	defer s.quiet()()
	s.checks++
	want, since := s.sentTo(), time.Now()
	now := s.until("an account of all frames", func(now *agent.Status) bool {
		return now.Sums != nil && now.Sums.At.After(since) && now.Sums.Frames+dropped(now) >= want.frames()
	})
	if lost := dropped(now) - s.life().dropped; lost > 0 {
		s.t.Logf("the kernel dropped %d frames since the last checkpoint:\n%s", lost, strings.Join(s.happens[s.seen:], "\n"))
	}
	s.life().dropped, s.seen = dropped(now), len(s.happens)
	s.said("checkpoints", fmt.Sprintf("checkpoint: %d frames, %d dropped by the kernel", want.frames(), dropped(now)))
	s.checkFrames(now, want)
	s.checkWire()
}

func dropped(now *agent.Status) (sum uint64) {
	for i := range now.Interfaces {
		sum += now.Interfaces[i].Dropped
	}
	return sum
}

// checkFrames compares the device's account with what was sent.
func (s *soak) checkFrames(now *agent.Status, want sent) {
	s.t.Helper()
	a, lost := now.Sums, dropped(now)
	for _, e := range a.Sums {
		if !e.Holds {
			s.t.Errorf("%s: %d is not %d", e.What, e.Left, e.Right)
		}
	}
	for i := range now.Interfaces {
		if one := &now.Interfaces[i]; one.Received != one.Read+one.Dropped {
			s.t.Errorf("%s: received %d, read %d, dropped %d", one.Name, one.Received, one.Read, one.Dropped)
		}
	}
	if a.Frames+lost != want.frames() {
		s.t.Errorf("%d frames read, %d dropped, %d sent", a.Frames, lost, want.frames())
	}
	if got := (sent{a.Counted + a.Inactive, a.NonIP, a.Malformed}); lost == 0 && got != want {
		s.t.Errorf("IP, non-IP, malformed: %d, sent %d", got, want)
	}
	for i := range now.Outputs {
		if o := &now.Outputs[i]; !o.Counters.Balanced() {
			s.t.Errorf("%s: %+v", o.Counters.Output, o.Counters)
		}
	}
}

// checkWire compares what the device says that it sent with what was seen on the way, and this with what came.
func (s *soak) checkWire() {
	s.t.Helper()
	var o exporter.Counters
	var wire collector.Totals
	same := func() bool {
		now, err := agent.ReadStatus(s.path("state"))
		if err != nil {
			return false
		}
		o, wire = outputs(now.Outputs, "netflow"), s.wire()
		return o.FlowRecords == wire.Records && o.Datagrams == wire.Datagrams && o.Acknowledged.Packets == wire.Packets && o.Acknowledged.Octets == wire.Octets
	}
	for began := time.Now(); !same(); time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > patience {
			s.t.Fatalf("the device's account: %d records in %d datagrams, %+v; on the way: %+v", o.FlowRecords, o.Datagrams, o.Acknowledged, wire)
		}
	}
	s.checkCame()
}

// wire is what was seen on the way of the device that lives.
func (s *soak) wire() collector.Totals {
	now, before := s.witness.totals(), s.life().wire
	return collector.Totals{Counters: collector.Counters{
		Datagrams: now.Datagrams - before.Datagrams, Records: now.Records - before.Records,
		Packets: now.Packets - before.Packets, Octets: now.Octets - before.Octets,
	}}
}

// checkCame compares what was seen on the way with what the collector took, and what the kernel had nobody for.
func (s *soak) checkCame() {
	s.t.Helper()
	var wire, came collector.Totals
	var lost uint64
	all := func() bool {
		kernel := udpCounters(s.t, s.ns)
		wire, came, lost = s.witness.totals(), s.receiver.totals(), kernel["NoPorts"]+kernel["InErrors"]
		return came.Datagrams+lost == wire.Datagrams
	}
	for began := time.Now(); !all(); time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > patience {
			s.t.Fatalf("%d datagrams on the way, %d came, the kernel counts %d lost", wire.Datagrams, came.Datagrams, lost)
		}
	}
	if lost == 0 && came.Records != wire.Records || came.Records > wire.Records || wire.LostRecords+wire.LostDatagrams > 0 || len(wire.Malformed) > 0 {
		s.t.Errorf("on the way %+v\ncame %+v, %d datagrams lost", wire, came, lost)
	}
}

// index is an interface's in a namespace.
func index(ns *testutil.Namespace, name string) (n int) {
	ns.Do(func() {
		if i, err := net.InterfaceByName(name); err == nil {
			n = i.Index
		}
	})
	return n
}
