package livetest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/collector"
	"github.com/sagflow/sagflow/internal/testutil"
)

// life is one process.
type life struct {
	began   time.Time
	sent    []sent           // by each load, before it
	wire    collector.Totals // before it
	samples []resources
	killed  bool
	put     exporter.Sum // to Log Service
	kept    exporter.Sum // of them, what was delivered or is on disk
}

func (s *soak) life() *life { return s.lives[len(s.lives)-1] }

// sentTo is what was sent to the device that lives. It is called with quiet.
func (s *soak) sentTo() sent {
	var sum sent
	for i, l := range s.loads {
		for k, n := range l.sent.minus(s.life().sent[i]) {
			sum[k] += n
		}
	}
	return sum
}

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
	s.said("checkpoints", "checkpoint")
	want, since := s.sentTo(), time.Now()
	now := s.until("an account of all frames", func(now *agent.Status) bool {
		return now.Sums != nil && now.Sums.At.After(since) && now.Sums.Frames+dropped(now) >= want.frames()
	})
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
	s.until("the same records on the way as in the device's account", func(now *agent.Status) bool {
		o, wire = outputs(now.Outputs, "netflow"), s.wire()
		return o.FlowRecords == wire.Records && o.Datagrams == wire.Datagrams && o.Acknowledged.Packets == wire.Packets && o.Acknowledged.Octets == wire.Octets
	})
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
	s.await("the arrival of all datagrams but those that the kernel counts as lost", func() bool {
		kernel := udpCounters(s.t, s.ns)
		wire, came, lost = s.witness.totals(), s.receiver.totals(), kernel["NoPorts"]+kernel["InErrors"]
		return came.Datagrams+lost == wire.Datagrams
	})
	if lost == 0 && came.Records != wire.Records || came.Records > wire.Records || wire.LostRecords+wire.LostDatagrams > 0 || len(wire.Malformed) > 0 {
		s.t.Errorf("on the way %+v\ncame %+v, %d datagrams lost", wire, came, lost)
	}
}

// buried settles the account of a killed device.
func (s *soak) buried() {
	s.t.Helper()
	s.checkCame()
	l, want := s.life(), s.sentTo()
	l.killed = true
	now, err := agent.ReadStatus(s.path("state"))
	if err != nil {
		s.t.Fatal(err)
	}
	if now.Sums.Frames > want.frames() || s.wire().Packets > want[counted] {
		s.t.Errorf("of %d frames the killed device read %d, and sent records of %d", want, now.Sums.Frames, s.wire().Packets)
	}
	s.drops += dropped(now)
	s.owed(l, outputs(now.Outputs, "sls"))
}

// owed notes what Log Service should have of a life.
func (s *soak) owed(l *life, o exporter.Counters) {
	l.put, l.kept = o.Put, o.Acknowledged.Plus(o.Spooled)
}

// ends heals all, waits until all is delivered, ends the device, and compares every sum.
func (s *soak) ends() {
	s.t.Helper()
	s.cloud.heal(apiAdmin)
	s.cloud.heal(slsAdmin)
	s.checkpoint()
	s.cloud.modify("--output-type", "all")
	s.cloud.unless("Status", "flowlog", "activate", "--flow-log-id", s.cloud.flowLog)
	s.until("the delivery of all", func(now *agent.Status) bool {
		l := now.LogService
		return now.State == agent.StateRunning && now.Sums != nil && outputs(now.Outputs, "sls").Queued.Records == 0 && (l == nil || l.Spool.Queued.Records == 0)
	})
	want := s.sentTo()
	summary, _ := s.finish()
	for i := range summary.Interfaces {
		s.drops += summary.Interfaces[i].Dropped
	}
	if s.lives[0] == s.life() && summary.Frames+s.drops != want.frames() {
		s.t.Errorf("%d frames, %d dropped, %d sent", summary.Frames, s.drops, want.frames())
	}
	o, wire := outputs(summary.Device.Outputs, "netflow"), s.wire()
	if o.FlowRecords != wire.Records || o.Acknowledged.Packets != wire.Packets || o.Datagrams != wire.Datagrams {
		s.t.Errorf("NetFlow: %+v\non the way: %+v", o, wire)
	}
	s.checkCame()
	s.owed(s.life(), outputs(summary.Device.Outputs, "sls"))
	s.checkStored()
}

// checkStored compares what Log Service has with what the lives put. Of a killed one, what it had delivered or on disk is
// there, and more may be that its status did not tell any more.
func (s *soak) checkStored() {
	s.t.Helper()
	var least, killed uint64
	for _, l := range s.lives {
		if l.killed {
			least += l.kept.Records
			killed++
			continue
		}
		least += l.put.Records
	}
	stored := s.cloud.stored()
	if stored.Unique < least || killed == 0 && stored.Unique != least {
		s.t.Errorf("Log Service has %+v, %d records are due, %d lives ended by kill -9", stored, least, killed)
	}
}

// sample notes what the device holds.
func (s *soak) sample() {
	s.t.Helper()
	r := resourcesOf(s.device)
	r.goroutines = goroutines(s.device)
	s.life().samples = append(s.life().samples, r)
}

// goroutines asks the device's profile.
func goroutines(d *device) (n int) {
	d.t.Helper()
	client := &http.Client{Timeout: patience, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", d.path("pprof"))
		},
	}}
	answer, err := client.Get("http://pprof/debug/pprof/goroutine?debug=1")
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	line, err := bufio.NewReader(answer.Body).ReadString('\n')
	if err == nil {
		_, err = fmt.Sscanf(line, "goroutine profile: total %d", &n)
	}
	if err != nil {
		d.t.Fatalf("%q: %v", line, err)
	}
	return n
}

// fewest samples are too few to compare.
const fewest = 60

// flat compares the medians of the first and the last third of the longest life, after a fifth of it to warm up.
func (s *soak) flat() {
	s.t.Helper()
	var all []resources
	for _, l := range s.lives {
		if len(l.samples) > len(all) {
			all = l.samples
		}
	}
	all = all[len(all)/5:]
	third := len(all) / 3
	if third == 0 {
		return
	}
	first, last := median(all[:third]), median(all[len(all)-third:])
	s.t.Logf("medians of the first and the last third of %d samples: %+v, %+v", len(all), first, last)
	if risen := first.flat(last); risen != "" && len(all) >= fewest {
		s.t.Errorf("it is not flat: %s", risen)
	}
}

func median(all []resources) resources {
	of := func(value func(*resources) int) int {
		var values []int
		for i := range all {
			values = append(values, value(&all[i]))
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	return resources{
		anonymous: of(func(r *resources) int { return r.anonymous }), resident: of(func(r *resources) int { return r.resident }),
		descriptors: of(func(r *resources) int { return r.descriptors }), threads: of(func(r *resources) int { return r.threads }),
		goroutines: of(func(r *resources) int { return r.goroutines }),
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
