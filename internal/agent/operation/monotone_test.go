package operation

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/capture/tap"
	"github.com/sagflow/sagflow/internal/packet"
)

// device is a device whose counters grow and whose outputs and interfaces come and go, as agent's do.
type device struct {
	agent.Status
	next int // names the next output
}

// maxEnded is how many outputs that have ended it tells apart.
const maxEnded = 3

// happen is one thing that a device goes through.
func (d *device) happen(t *rapid.T) {
	few := func(label string) uint64 { return rapid.Uint64Range(0, 5).Draw(t, label) }
	d.Updated = d.Updated.Add(time.Second)
	switch rapid.SampledFrom([]string{"frames", "output", "put", "put", "remove", "end", "interface", "poll", "service", "restart"}).Draw(t, "what") {
	case "frames":
		d.frames(t)
	case "output":
		d.next++
		kind := rapid.SampledFrom([]string{"netflow", "sls", "command-line", "another"}).Draw(t, "kind")
		name := rapid.SampledFrom([]string{"V9", "twice", "\xff"}).Draw(t, "name")
		d.Outputs = append(d.Outputs, agent.OutputStatus{Kind: kind, State: agent.InForce, From: d.next, Counters: exporter.Counters{Output: name, PayloadLimit: int(few("limit"))}})
	case "put":
		for i := range d.Outputs {
			if d.Outputs[i].State != agent.Ended {
				handOver(&d.Outputs[i].Counters, few, t)
			}
		}
	case "remove":
		d.turn(agent.InForce, agent.Draining)
	case "end":
		d.turn(agent.Draining, agent.Ended)
		d.sumUp()
	case "interface":
		d.interfaces(t)
	case "poll":
		d.Source.Polls++
		if d.Source.Faults == nil {
			d.Source.Faults = map[string]uint64{}
		}
		d.Source.Faults[rapid.StringMatching(`[a-e]?[0-9]?`).Draw(t, "fault")]++
	case "service":
		d.service(t, few)
	case "restart":
		d.Generation++
		d.FlowLogId = fmt.Sprint(d.Generation)
	}
}

func (d *device) frames(t *rapid.T) {
	if d.Sums == nil {
		d.Sums = &agent.Account{Verdicts: map[string]uint64{}, Notes: map[string]uint64{}, Ended: map[string]uint64{}, Without: map[string]exporter.Sum{}, Exact: true}
	}
	a := d.Sums
	v := packet.Verdict(rapid.IntRange(0, packet.VerdictCount-1).Draw(t, "verdict"))
	a.Frames++
	a.Verdicts[v.String()]++
	a.Notes[packet.Note(rapid.IntRange(0, packet.NoteCount-1).Draw(t, "note")).String()]++
	if v == packet.Counted {
		a.Counted++
		a.InTable++
	}
	if a.InTable > 0 && rapid.Bool().Draw(t, "ends") {
		a.Ended[flowtable.EndReason(rapid.IntRange(1, 6).Draw(t, "reason")).String()]++
		one := exporter.Sum{Records: 1, Packets: a.InTable, Octets: 100 * a.InTable}
		a.Records, a.InTable = a.Records.Plus(one), 0
		a.Without["netflow"] = a.Without["netflow"].Plus(one)
	}
}

// handOver puts records to an output, and lets it get rid of some that it has.
func handOver(c *exporter.Counters, few func(string) uint64, t *rapid.T) {
	one := sum(few("records"))
	c.Put, c.Queued = c.Put.Plus(one), c.Queued.Plus(one)
	done := sum(min(c.Queued.Records, few("done")))
	c.Queued = c.Queued.Minus(done)
	switch rapid.IntRange(0, 4).Draw(t, "fate") {
	case 0:
		c.Acknowledged = c.Acknowledged.Plus(done)
	case 1:
		c.Spooled = c.Spooled.Plus(done)
	case 2:
		c.SetAside = c.SetAside.Plus(done)
	case 3:
		c.Unexportable.IPv6 = c.Unexportable.IPv6.Plus(done)
	case 4:
		r := rapid.IntRange(1, len(c.Dropped)-1).Draw(t, "reason")
		c.Dropped[r] = c.Dropped[r].Plus(done)
	}
	c.Datagrams += few("datagrams")
	c.Batches += few("batches")
}

// turn moves the first output that is in a state to the next.
func (d *device) turn(from, to agent.OutputState) {
	for i := range d.Outputs {
		if o := &d.Outputs[i]; o.State == from {
			o.State = to
			if to == agent.Ended {
				o.Counters = o.Counters.GivenUp()
			}
			return
		}
	}
}

// sumUp adds the oldest output that has ended to those of its kind before, as agent does.
func (d *device) sumUp() {
	ended := slices.IndexFunc(d.Outputs, func(o agent.OutputStatus) bool {
		return o.State == agent.Ended && !strings.HasPrefix(o.Counters.Output, "earlier")
	})
	var n int
	for i := range d.Outputs {
		if d.Outputs[i].State == agent.Ended {
			n++
		}
	}
	if n <= maxEnded || ended < 0 {
		return
	}
	one := d.Outputs[ended]
	d.Outputs = slices.Delete(d.Outputs, ended, ended+1)
	for i := range d.Outputs {
		if e := &d.Outputs[i]; e.Kind == one.Kind && strings.HasPrefix(e.Counters.Output, "earlier") {
			e.Counters = e.Counters.Plus(one.Counters)
			return
		}
	}
	one.Counters.Output = "earlier " + one.Kind + " outputs"
	d.Outputs = slices.Insert(d.Outputs, 0, one)
}

// interfaces lets one appear, be seen again, or vanish; so many that not all have a label.
func (d *device) interfaces(t *rapid.T) {
	for range rapid.IntRange(1, 30).Draw(t, "interfaces") {
		name := rapid.StringMatching(`(eth|other interfaces|z)[0-9]{0,2}`).Draw(t, "interface")
		i := slices.IndexFunc(d.Interfaces, func(s tap.Status) bool { return s.Name == name })
		if i < 0 {
			d.Interfaces = append(d.Interfaces, tap.Status{Name: name})
			slices.SortFunc(d.Interfaces, func(a, b tap.Status) int { return strings.Compare(a.Name, b.Name) })
			continue
		}
		one := &d.Interfaces[i]
		one.State = rapid.SampledFrom(stateNames()).Draw(t, "state")
		one.Received += 3
		one.Dropped++
		one.Read += 2
		one.Opened++
	}
}

func (d *device) service(t *rapid.T, few func(string) uint64) {
	if d.LogService == nil {
		d.LogService = &agent.LogServiceStatus{}
		return
	}
	handOver(&d.LogService.Earlier, few, t)
	if d.LogService.Spool == nil {
		d.LogService.Spool = &agent.SpoolStatus{}
		return
	}
	s := &d.LogService.Spool.Stats
	one := inBatches(few("accepted"))
	s.Accepted, s.Queued = s.Accepted.Plus(one), s.Queued.Plus(one)
	done := inBatches(min(s.Queued.Batches, few("delivered")))
	s.Queued = s.Queued.Minus(done)
	into := rapid.SampledFrom([]*spool.Count{&s.Delivered, &s.Aside, &s.Dropped.Full, &s.Dropped.TooOld, &s.Dropped.Damaged, &s.Dropped.Operator}).Draw(t, "fate")
	*into = into.Plus(done)
}

// maxSeries bounds what is exposed of a device, whatever happens to it.
const maxSeries = 1100

// TestMonotone: whatever a device goes through, what is exposed can be parsed, its sums hold, no counter goes back or
// vanishes, and the number of series is bounded.
func TestMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &device{Status: agent.Status{Started: started, Updated: started}}
		server := New(Options{Status: func() *agent.Status { return &d.Status }, Log: unwanted(t), Now: func() time.Time { return d.Updated }}).handler()
		scrape := func() (series, map[string]string) {
			w := get(server, http.MethodGet, "/metrics")
			if w.Code != http.StatusOK {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			return parse(t, w.Body.String())
		}
		before, _ := scrape()
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			d.happen(t)
			now, types := scrape()
			checkSums(t, now)
			for name, all := range before {
				if types[name] != counter.String() {
					continue
				}
				for labels, was := range all {
					if is, there := now[name][labels]; !there || is < was {
						t.Errorf("%s{%s}: %v, was %v", name, labels, is, was)
					}
				}
			}
			if n := now.count(); n > maxSeries {
				t.Errorf("%d series", n)
			}
			before = now
		}
	})
}

// TestNamesStay: an interface that comes later takes no label from one that has it, also where it is named before that.
func TestNamesStay(t *testing.T) {
	d := &agent.Status{}
	for i := range maxInterfaces {
		d.Interfaces = append(d.Interfaces, tap.Status{Name: fmt.Sprintf("eth%02d", i), Counts: tap.Counts{Read: 1}})
	}
	server := New(Options{Status: func() *agent.Status { return d }, Log: unwanted(t)}).handler()
	before, _ := parse(t, get(server, http.MethodGet, "/metrics").Body.String())
	d.Interfaces = slices.Insert(d.Interfaces, 0, tap.Status{Name: "a", Counts: tap.Counts{Read: 5}})
	after, _ := parse(t, get(server, http.MethodGet, "/metrics").Body.String())
	const name = "interface_read_frames_total"
	if got := after.total(name, otherInterfaces); got != 5 {
		t.Errorf("%v frames of other interfaces, want 5", got)
	}
	for labels := range before[prefix+name] {
		if after[prefix+name][labels] != 1 {
			t.Errorf("%s: %v", labels, after[prefix+name][labels])
		}
	}
}

// TestNotUTF8: the system allows names of interfaces that Prometheus does not.
func TestNotUTF8(t *testing.T) {
	d := fullStatus()
	for _, name := range []string{"\xfe", "\xff"} {
		d.Interfaces = append(d.Interfaces, tap.Status{Name: name, State: tap.Gone, Counts: tap.Counts{Read: 2}})
		d.Outputs = append(d.Outputs, agent.OutputStatus{Kind: "netflow", State: agent.InForce, Counters: exporter.Counters{Output: name}})
	}
	s, _ := parse(t, exposition(t, d))
	if got := s.total("interface_read_frames_total", "\uFFFD"); got != 4 {
		t.Errorf("%v frames read, want 4", got)
	}
	if got := s.total("output_info", "\uFFFD"); got != 1 {
		t.Errorf("%v outputs, want 1", got)
	}
}

// TestBounded: the number of series doesn't depend on how many outputs and interfaces there were.
func TestBounded(t *testing.T) {
	d := fullStatus()
	for i := range 1000 {
		d.Interfaces = append(d.Interfaces, tap.Status{Name: fmt.Sprintf("veth%d", i), State: tap.Gone, Opened: 2, Memory: 3, Counts: tap.Counts{Read: 1}})
		d.Outputs = append(d.Outputs, agent.OutputStatus{Kind: "netflow", State: agent.Ended, Counters: exporter.Counters{Output: fmt.Sprintf("V9 192.0.2.1:%d", i)}})
		d.Source.Faults[fmt.Sprintf("fault%d", i)] = 1
	}
	s, _ := parse(t, exposition(t, d))
	if n := s.count(); n > maxSeries {
		t.Errorf("%d series", n)
	}
	if got := s.total("interface_read_frames_total"); got != 7000 {
		t.Errorf("%v frames read in all, want 7000", got)
	}
	if got := s.total("interface_read_frames_total", otherInterfaces); got != 940 {
		t.Errorf("%v frames of other interfaces, want 940", got)
	}
	if opened, octets := s.total("interface_captures_total", otherInterfaces), s.total("interface_ring_bytes", otherInterfaces); opened != 1880 || octets != 2820 {
		t.Errorf("other interfaces were opened %v times and have %v octets, want 1880 and 2820", opened, octets)
	}
	for labels := range s[prefix+"interface_state"] {
		if strings.Contains(labels, otherInterfaces) {
			t.Errorf("a state of many: %s", labels)
		}
	}
	if got := s.total("interfaces", "gone"); got != 1001 {
		t.Errorf("%v are gone, want 1001", got)
	}
	if got := s.total("source_faults_total"); got != 1004 {
		t.Errorf("%v faults, want 1004", got)
	}
	t.Logf("%d series at most", s.count())
}
