package ipfix

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
)

// allTemplates are the ids that every round has, those of flows before those of options.
func allTemplates() []uint16 { return []uint16{256, 257, 258, 259, 260, 261, 262} }

func TestTemplatesAtStart(t *testing.T) {
	e := New(options())
	m := newCollector(t).read(wiretest.One(t, e, nil, 1472, at(0), nil).Octets)
	if diff := cmp.Diff(allTemplates(), m.templates); diff != "" {
		t.Errorf("without records: templates (-want +got):\n%s", diff)
	}
	if enc := e.Append(nil, 1472, at(time.Hour), nil); len(enc.Datagram) != 0 {
		t.Error("nothing is due, and still a message")
	}
}

// rounds exports a record a message and returns the numbers of those with templates.
func rounds(t *testing.T, o exporter.EncoderOptions, n int, step time.Duration) []int {
	t.Helper()
	e, c := New(o), newCollector(t)
	var out []int
	for i := range n {
		m := c.read(wiretest.One(t, e, nil, 1472, at(time.Duration(i)*step), repeat(1, wiretest.TCP())).Octets)
		if len(m.templates) > 0 {
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

func TestRefresh(t *testing.T) {
	e, c := New(options()), newCollector(t)
	var got []int
	for i := range 4 {
		if i == 2 {
			e.Refresh()
		}
		got = append(got, len(c.read(wiretest.One(t, e, nil, 1472, at(0), wiretest.Mix(4)).Octets).templates))
	}
	if diff := cmp.Diff([]int{7, 0, 7, 0}, got); diff != "" {
		t.Errorf("templates a message (-want +got):\n%s", diff)
	}
}

// TestShorterLimit makes a message anew: same sequence number, templates again, nothing lost.
func TestShorterLimit(t *testing.T) {
	e := New(options())
	records := wiretest.Mix(40)
	e.Append(nil, 1472, at(0), records)
	flows, c := 0, newCollector(t)
	wiretest.Drive(t, e, 484, at(0), records, func(s wiretest.Sent) { flows += len(c.read(s.Octets).flows) })
	if flows != 40 {
		t.Errorf("%d flows arrived of 40", flows)
	}
}

// TestTemplatesOverMessages: with short messages each record still has its template before it, for
// goflow2 reports a set without one as an error. Templates are due with every message, statistics
// with every tenth.
func TestTemplatesOverMessages(t *testing.T) {
	for limit := New(options()).MinLimit(); limit < 600; limit += 7 {
		o := options()
		o.TemplatePackets, o.TemplateInterval, o.StatisticsInterval = 1, 1, 10*time.Second
		e, c := New(o), newCollector(t)
		flows, statistics, templates := 0, 0, map[uint16]int{}
		moment := at(0)
		for records := wiretest.Mix(80); len(records) > 0; {
			moment.Wall = moment.Wall.Add(time.Second)
			s := wiretest.One(t, e, nil, limit, moment, records)
			m := c.read(s.Octets)
			flows += len(m.flows)
			statistics += len(m.statistics)
			for _, id := range m.templates {
				templates[id]++
			}
			records = records[s.Taken:]
		}
		if flows != 80 || statistics < 3 {
			t.Errorf("limit %d: %d flows of 80, %d statistics", limit, flows, statistics)
		}
		for _, id := range allTemplates() {
			if templates[id] < 2 {
				t.Errorf("limit %d: template %d was sent %d times", limit, id, templates[id])
			}
		}
	}
}
