package flowtable

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// retuning is a change of the aging times before the packet of that number.
type retuning struct {
	before           int
	active, inactive time.Duration
}

// runRetuned drives a table and the model through an input with changes.
func runRetuned(t fataler, o Options, packets []Packet, changes []retuning, shards, batch, room int) (x *table, want []Record) {
	x = newTable(t, o, shards, batch, room)
	m := &model{o: o}
	for i, p := range packets {
		for _, c := range changes {
			if c.before == i {
				x.retune(c)
				m.o.ActiveAging, m.o.InactiveAging = c.active, c.inactive
			}
		}
		clock := x.clock.Now()
		if x.clock.Observe(p.Time) {
			x.advance()
			if floorDiv(p.Time, Tick) > floorDiv(clock, Tick) {
				m.tick(p.Time)
			}
		}
		n := ShardOf(&p, shards)
		if x.pending[n] = append(x.pending[n], p); len(x.pending[n]) >= batch {
			x.add(n)
		}
		m.add(p)
	}
	x.run(nil, EndOfInput)
	m.flush(x.clock.Now(), EndOfInput)
	return x, m.ended
}

func (x *table) retune(c retuning) {
	for n, s := range x.shards {
		x.add(n) // what came before is counted by the times of before
		if err := s.Retune(c.active, c.inactive); err != nil {
			x.t.Fatal(err)
		}
	}
}

// Changes of the aging times at any positions give the model's records, for any number of shards.
func TestRetuneEqualsTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawOptions(t)
		packets := drawPackets(t, rapid.Bool().Draw(t, "backwards"))
		var changes []retuning
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			next := drawOptions(t)
			changes = append(changes, retuning{rapid.IntRange(0, len(packets)).Draw(t, "before"), next.ActiveAging, next.InactiveAging})
		}
		x, want := runRetuned(t, o, packets, changes, rapid.SampledFrom([]int{1, 2, 7}).Draw(t, "shards"),
			rapid.IntRange(1, 70).Draw(t, "batch"), rapid.IntRange(1, 9).Draw(t, "room"))
		defer x.close()
		if d := cmp.Diff(sorted(want), sorted(x.ended)); d != "" {
			t.Fatalf("records differ from the model (-model +table):\n%s", d)
		}
		checkConservation(t, x, packets)
	})
}

// A flow that is overdue by the new times leaves at the next tick, not when its old bucket comes up; one
// with more time than before stays.
func TestRetune(t *testing.T) {
	long, short := minute(), minute()
	short.InactiveAging = 5 * time.Second
	packets := []Packet{udp(1, 0), udp(2, 8), udp(9, 8.6)}
	for _, c := range []struct {
		name   string
		from   Options
		change retuning
		want   []brief
	}{
		{
			"shorter", long,
			retuning{2, 60 * time.Second, 5 * time.Second},
			[]brief{{1, 1, 0, 0, "idle"}, {2, 1, 8, 8, "eof"}, {9, 1, 8.6, 8.6, "eof"}},
		},
		{
			"longer", short,
			retuning{1, 60 * time.Second, 15 * time.Second},
			[]brief{{1, 1, 0, 0, "eof"}, {2, 1, 8, 8, "eof"}, {9, 1, 8.6, 8.6, "eof"}},
		},
		{
			"active", long,
			retuning{2, 8 * time.Second, 0},
			[]brief{{1, 1, 0, 0, "active"}, {2, 1, 8, 8, "eof"}, {9, 1, 8.6, 8.6, "eof"}},
		},
		{
			"never", short,
			retuning{1, 0, 0},
			[]brief{{1, 1, 0, 0, "eof"}, {2, 1, 8, 8, "eof"}, {9, 1, 8.6, 8.6, "eof"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			x, _ := runRetuned(t, c.from, packets, []retuning{c.change}, 1, 1, 8)
			defer x.close()
			if d := cmp.Diff(c.want, briefs(x.ended)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestRetuneRefusesWhatNewDoes(t *testing.T) {
	x := newTable(t, minute(), 1, 1, 1)
	defer x.close()
	for _, c := range [][2]time.Duration{{-1, 0}, {0, -1}, {MaxAging + 1, 0}, {0, MaxAging + 1}} {
		if err := x.shards[0].Retune(c[0], c[1]); err == nil {
			t.Errorf("aging %v is accepted", c)
		}
	}
	if got := x.run([]Packet{udp(1, 0), udp(1, 14), udp(1, 29)}, EndOfInput); len(got) != 2 {
		t.Errorf("%d records after refused times, want 2 by the old ones", len(got))
	}
}

func BenchmarkRetune(b *testing.B) {
	for _, flows := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprintf("flows=%d", flows), func(b *testing.B) {
			s, err := New(Options{ActiveAging: 300 * time.Second, InactiveAging: 100 * time.Hour, MaxFlows: DefaultMaxFlows})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			s.Add(load(flows, 4*flows, false), nil)
			held := s.Counters().Flows
			for i := 0; b.Loop(); i++ {
				if err := s.Retune(300*time.Second, 99*time.Hour-time.Duration(i)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(held), "ns/flow")
		})
	}
}
