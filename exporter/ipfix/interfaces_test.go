package ipfix

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

// TestGoldenInterfaces is a message of the options template and three interfaces, which appeared after the
// session's start.
func TestGoldenInterfaces(t *testing.T) {
	var all []exporter.Interface
	e := New(exporter.EncoderOptions{Domain: 258, Interfaces: func() []exporter.Interface { return all }})
	moment := exporter.Moment{Clock: wiretest.Start().UnixNano(), Wall: time.Unix(0, 0)}
	wiretest.One(t, e, nil, 1472, moment, nil)
	all = []exporter.Interface{{Index: 1, Name: "lo"}, {Index: 2, Name: "enp0s31f6.1234"}, {Index: 70000, Name: "fifteen-octets!"}}
	moment.Wall = moment.Wall.Add(time.Second)
	wiretest.Golden(t, "testdata/interfaces.golden", wiretest.One(t, e, nil, 1472, moment, nil).Octets, *update)
}

// named returns the interfaces of options records, and fails where the index or the name is not the same
// in both places.
func named(t *testing.T, options []wiretest.Option) []exporter.Interface {
	t.Helper()
	var all []exporter.Interface
	for _, o := range options {
		if len(o.Scope) != 1 || o.Scope[0].Type != 10 || len(o.Values) != 3 || o.Values[0].Type != 10 || o.Values[1].Type != 82 || o.Values[2].Type != 83 {
			t.Fatalf("options record %+v", o)
		}
		index := o.Scope[0].Value
		if o.Set != 263 || o.Values[0].Value != index || o.Values[2].Value != o.Values[1].Value {
			t.Fatalf("options record %+v", o)
		}
		all = append(all, exporter.Interface{
			Index: binary.BigEndian.Uint32([]byte(index)), Name: wiretest.Unpadded(t, o.Values[1].Value, 16),
		})
	}
	return all
}

// TestInterfacesOverDatagrams: names take as many messages as they need, at any limit; records go on
// between them, and the next round begins only when all are out.
func TestInterfacesOverDatagrams(t *testing.T) {
	all := wiretest.Interfaces(100)
	for limit := New(options()).MinLimit(); limit < 1500; limit += 53 {
		o := options()
		o.TemplatePackets = 1
		o.Interfaces = func() []exporter.Interface { return all }
		c := newCollector(t)
		var got []exporter.Interface
		flows := 0
		wiretest.Drive(t, New(o), limit, at(0), wiretest.Mix(600), func(s wiretest.Sent) {
			m := c.read(s.Octets)
			got = append(got, named(t, m.options)...)
			flows += len(m.flows)
		})
		if flows != 600 || len(got) < len(all) {
			t.Fatalf("limit %d: %d flows of 600, %d names", limit, flows, len(got))
		}
		for i := range got {
			if got[i] != all[i%len(all)] {
				t.Fatalf("limit %d: name %d is %+v, want %+v", limit, i, got[i], all[i%len(all)])
			}
		}
	}
}

// TestInterfacesWithTemplatesAndOnChange: the names come with each round of templates, and within a second
// of their change; the options template comes when it is first needed and belongs to each round then.
func TestInterfacesWithTemplatesAndOnChange(t *testing.T) {
	var all []exporter.Interface
	asked := 0
	o := options()
	o.TemplateInterval = time.Minute
	o.Interfaces = func() []exporter.Interface {
		asked++
		return all
	}
	one, two := wiretest.Interfaces(1), wiretest.Interfaces(2)
	withNames := append(allTemplates(), 263)
	e, c := New(o), newCollector(t)
	for _, step := range []struct {
		at        time.Duration
		all       []exporter.Interface
		refresh   bool
		records   []flowtable.Record
		templates []uint16
		names     []exporter.Interface
		asked     int
	}{
		{0, nil, false, nil, allTemplates(), nil, 2}, // of each the message is made twice
		{900 * time.Millisecond, one, false, wiretest.Mix(1), nil, nil, 0},
		{time.Second, one, false, nil, []uint16{263}, one, 2},
		{2 * time.Second, one, false, wiretest.Mix(1), nil, nil, 2},
		{2500 * time.Millisecond, two, false, wiretest.Mix(1), nil, nil, 0},
		{3 * time.Second, two, false, wiretest.Mix(4), nil, two, 2},
		{3500 * time.Millisecond, two, true, nil, withNames, two, 2},
		{40 * time.Second, nil, false, wiretest.Mix(1), nil, nil, 2},
		{64 * time.Second, nil, false, wiretest.Mix(1), withNames, nil, 2},
		{70 * time.Second, one, false, nil, nil, one, 2},
	} {
		asked, all = 0, step.all
		if step.refresh {
			e.Refresh()
		}
		m := c.read(wiretest.One(t, e, nil, 1472, at(step.at), step.records).Octets)
		if diff := cmp.Diff(step.templates, m.templates); diff != "" {
			t.Errorf("%v: templates (-want +got):\n%s", step.at, diff)
		}
		if diff := cmp.Diff(step.names, named(t, m.options)); diff != "" {
			t.Errorf("%v: names (-want +got):\n%s", step.at, diff)
		}
		if asked != step.asked || len(m.flows) != len(step.records) {
			t.Errorf("%v: asked %d times, %d flows, want %d and %d", step.at, asked, len(m.flows), step.asked, len(step.records))
		}
	}
}

// TestInterfacesAloneMakeNoRound: where no flows are, names don't bring the templates again.
func TestInterfacesAloneMakeNoRound(t *testing.T) {
	o := options()
	o.TemplatePackets = 1
	o.Interfaces = func() []exporter.Interface { return wiretest.Interfaces(5) }
	e := New(o)
	wiretest.One(t, e, nil, 1472, at(0), nil)
	if enc := e.Append(nil, 1472, at(0), nil); len(enc.Datagram) != 0 {
		t.Error("nothing is due, and still a message")
	}
}

// TestInterfacesAtTheEnd: names that wait don't keep the last statistics from the collector.
func TestInterfacesAtTheEnd(t *testing.T) {
	o := options()
	o.Interfaces = func() []exporter.Interface { return wiretest.Interfaces(500) }
	e, c := New(o), newCollector(t)
	c.read(wiretest.One(t, e, nil, 1472, at(0), nil).Octets)
	end := at(time.Second)
	end.Final = true
	m := c.read(wiretest.One(t, e, nil, 1472, end, nil).Octets)
	if len(m.statistics) != 3 || len(m.options) != 0 {
		t.Errorf("%d statistics and %d names, want the last three statistics alone", len(m.statistics), len(m.options))
	}
	end.Final = false
	if enc := e.Append(nil, 1472, end, nil); len(enc.Datagram) != 0 {
		t.Error("a message after the last")
	}
}

func TestInterfacesDoNotAllocate(t *testing.T) {
	o := options()
	o.TemplatePackets = 1
	all := wiretest.Interfaces(40)
	o.Interfaces = func() []exporter.Interface { return all }
	e, buffer, records := New(o), make([]byte, 0, 1500), wiretest.Mix(40)
	moment := at(0)
	if n := testing.AllocsPerRun(100, func() {
		moment.Wall = moment.Wall.Add(time.Second)
		e.Append(buffer, 1472, moment, records)
		e.Commit()
	}); n != 0 {
		t.Errorf("%v allocations a message", n)
	}
}
