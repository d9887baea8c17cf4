package netflow9

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

// flowTemplates are the ids of the templates that every round has.
func flowTemplates() []uint16 { return []uint16{256, 257, 258, 259} }

func TestTemplatesAtStart(t *testing.T) {
	e := New(options())
	p := newCollector(t).read(wiretest.One(t, e, nil, 1472, at(0), nil).Octets)
	if diff := cmp.Diff(flowTemplates(), p.templates); diff != "" || p.Count != 4 {
		t.Errorf("without records: count %d, templates (-want +got):\n%s", p.Count, diff)
	}
	if enc := e.Append(nil, 1472, at(time.Hour), nil); len(enc.Datagram) != 0 {
		t.Error("nothing is due, and still a datagram")
	}
}

func TestTemplatesComeWithTheFirstRecords(t *testing.T) {
	p := newCollector(t).read(wiretest.One(t, New(options()), nil, 1472, at(0), wiretest.Mix(3)).Octets)
	if len(p.templates) != 4 || len(p.flows) != 3 {
		t.Errorf("%d templates and %d flows, want 4 and 3", len(p.templates), len(p.flows))
	}
}

// rounds exports a record a datagram and returns the numbers of those with templates.
func rounds(t *testing.T, o exporter.EncoderOptions, n int, step time.Duration) []int {
	t.Helper()
	e, c := New(o), newCollector(t)
	var out []int
	for i := range n {
		p := c.read(wiretest.One(t, e, nil, 1472, at(time.Duration(i)*step), repeat(1, wiretest.TCP())).Octets)
		if len(p.templates) > 0 {
			out = append(out, i)
		}
	}
	return out
}

func TestTemplatesByPackets(t *testing.T) {
	o := options()
	o.TemplatePackets = 64
	if diff := cmp.Diff([]int{0, 64, 128}, rounds(t, o, 190, 0)); diff != "" {
		t.Errorf("templates (-want +got):\n%s", diff)
	}
}

func TestTemplatesByTime(t *testing.T) {
	o := options()
	o.TemplateInterval = time.Minute
	if diff := cmp.Diff([]int{0, 6, 12, 18}, rounds(t, o, 20, 10*time.Second)); diff != "" {
		t.Errorf("templates (-want +got):\n%s", diff)
	}
}

// TestTemplatesWithoutCommit: a datagram that was not committed had no effect.
func TestTemplatesWithoutCommit(t *testing.T) {
	e := New(options())
	for range 3 {
		enc := e.Append(nil, 1472, at(0), repeat(1, wiretest.TCP()))
		if p := newCollector(t).read(enc.Datagram); len(p.templates) != 4 || p.SequenceNumber != 0 {
			t.Errorf("%d templates, sequence %d", len(p.templates), p.SequenceNumber)
		}
	}
}

func TestRefresh(t *testing.T) {
	e, c := New(options()), newCollector(t)
	var got []int
	for i := range 4 {
		if i == 2 {
			e.Refresh()
		}
		got = append(got, len(c.read(wiretest.One(t, e, nil, 1472, at(0), wiretest.Mix(4)).Octets).templates))
	}
	if diff := cmp.Diff([]int{4, 0, 4, 0}, got); diff != "" {
		t.Errorf("templates a datagram (-want +got):\n%s", diff)
	}
}

// TestTemplatesOverDatagrams: with short datagrams each record still has its template before it,
// for goflow2 reports a FlowSet without one as an error.
func TestTemplatesOverDatagrams(t *testing.T) {
	for limit := New(options()).MinLimit(); limit < 600; limit += 7 {
		o := options()
		o.TemplatePackets, o.TemplateInterval = 1, 1
		c := newCollector(t)
		flows, templates := 0, map[uint16]int{}
		moment := at(0)
		e := New(o)
		for records := wiretest.Mix(40); len(records) > 0; {
			moment.Wall = moment.Wall.Add(time.Second)
			s := wiretest.One(t, e, nil, limit, moment, records)
			p := c.read(s.Octets)
			flows += len(p.flows)
			for _, id := range p.templates {
				templates[id]++
			}
			records = records[s.Taken:]
		}
		if flows != 40 {
			t.Errorf("limit %d: %d flows of 40", limit, flows)
		}
		for _, id := range flowTemplates() {
			if templates[id] < 2 {
				t.Errorf("limit %d: template %d was sent %d times", limit, id, templates[id])
			}
		}
	}
}

// long is a flow of 42 years.
func long(r flowtable.Record) flowtable.Record {
	r.First = 1e9
	return r
}

// TestLongRecords go without times since boot; their template comes when first needed and belongs
// to each round from then on.
func TestLongRecords(t *testing.T) {
	o := options()
	o.TemplatePackets = 3
	e, c := New(o), newCollector(t)
	type seen struct {
		Templates []uint16
		Flows     []flowtable.Record
		Absolute  int
	}
	var got []seen
	tcp, ping := wiretest.TCP(), wiretest.Ping6()
	batches := [][]flowtable.Record{{tcp}, {tcp, long(ping)}, {long(ping), tcp}, {tcp}}
	for _, records := range batches {
		p := c.read(wiretest.One(t, e, nil, 1472, at(0), records).Octets)
		got = append(got, seen{p.templates, received(p.flows), p.absolute})
	}
	tcp, old := wiretest.Shown(tcp, false), wiretest.Shown(long(ping), false)
	want := []seen{
		{flowTemplates(), []flowtable.Record{tcp}, 0},
		{[]uint16{263}, []flowtable.Record{tcp, old}, 1},
		{nil, []flowtable.Record{tcp, old}, 1},
		{append(flowTemplates(), 263), []flowtable.Record{tcp}, 0},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("datagrams (-want +got):\n%s", diff)
	}
}
