package flowtable

import (
	"cmp"
	"slices"
)

// modelKey is a flow's key in the model, made without the table's own code.
type modelKey struct {
	src, dst         [16]byte
	srcPort, dstPort uint16
	protocol, tos    uint8
	vlan             uint16
	version          uint8
	direction        Direction
	iface            uint32
}

type modelFlow struct {
	Record
	key  modelKey
	born int
}

type modelFragment struct {
	key  fragmentKey
	p    Packet
	when int64
}

// model is the flow table as the package documentation states it: one list, no hash, no wheel.
type model struct {
	o         Options
	flows     []*modelFlow
	fragments []modelFragment
	births    int
	ended     []Record
	c         Counters
}

func (m *model) keyOf(p *Packet) modelKey {
	k := modelKey{
		src: p.Src, dst: p.Dst, srcPort: p.SrcPort, dstPort: p.DstPort, protocol: p.Protocol,
		version: p.IPVersion, direction: p.Direction, iface: p.Interface,
	}
	if m.o.KeyToS {
		k.tos = p.ToS
	}
	if m.o.KeyVLAN {
		k.vlan = p.VLAN
	}
	return k
}

func (m *model) due(f *modelFlow) (int64, EndReason) {
	idle, active := never, never
	if m.o.InactiveAging > 0 {
		idle = f.Last + int64(m.o.InactiveAging)
	}
	if m.o.ActiveAging > 0 {
		active = f.First + int64(m.o.ActiveAging)
	}
	if active < idle {
		return active, ActiveAging
	}
	return idle, IdleTimeout
}

func (m *model) end(f *modelFlow, reason EndReason) {
	f.Reason = reason
	m.ended = append(m.ended, f.Record)
	m.flows = slices.DeleteFunc(m.flows, func(g *modelFlow) bool { return g == f })
}

func (m *model) tick(now int64) {
	for _, f := range slices.Clone(m.flows) {
		if due, why := m.due(f); due <= floorDiv(now, Tick)*Tick {
			m.end(f, why)
		}
	}
}

func (m *model) flush(now int64, reason EndReason) {
	for _, f := range slices.Clone(m.flows) {
		if due, why := m.due(f); due <= now {
			m.end(f, why)
			continue
		}
		m.end(f, reason)
	}
}

func (m *model) fragment(p *Packet) {
	if m.o.Fragments != FragmentsFirst || p.Fragment == Whole {
		return
	}
	k := keyOfFragment(p)
	at := slices.IndexFunc(m.fragments, func(f modelFragment) bool { return f.key == k })
	if p.Fragment == FirstFragment {
		if at >= 0 {
			m.fragments = slices.Delete(m.fragments, at, at+1)
		}
		m.fragments = append(m.fragments, modelFragment{k, *p, p.Time})
		return
	}
	if at < 0 || p.Time-m.fragments[at].when >= int64(FragmentTimeout) {
		m.c.FragmentsUnmatched++
		return
	}
	first := m.fragments[at].p
	p.SrcPort, p.DstPort = first.SrcPort, first.DstPort
	if p.IPVersion == 6 {
		p.Protocol = first.Protocol
	}
}

func (m *model) add(p Packet) {
	m.fragment(&p)
	k := m.keyOf(&p)
	at := slices.IndexFunc(m.flows, func(f *modelFlow) bool { return f.key == k })
	if at >= 0 {
		f := m.flows[at]
		if due, why := m.due(f); p.Time >= due {
			m.end(f, why)
			at = -1
		}
	}
	if at < 0 {
		m.begin(k, &p)
		at = len(m.flows) - 1
	} else {
		f := m.flows[at]
		f.Packets++
		f.Octets += p.Octets
		f.TCPFlags |= p.TCPFlags
		f.First, f.Last = min(f.First, p.Time), max(f.Last, p.Time)
	}
	if m.o.TCPEnd && p.TCPFlags&5 != 0 {
		m.end(m.flows[at], EndDetected)
	}
}

func (m *model) begin(k modelKey, p *Packet) {
	if len(m.flows) == m.o.MaxFlows {
		m.end(slices.MinFunc(m.flows, func(f, g *modelFlow) int {
			return cmp.Or(cmp.Compare(f.Last, g.Last), cmp.Compare(f.born, g.born))
		}), NoResources)
	}
	f := &modelFlow{key: k, born: m.births, Record: Record{
		Src: p.Src, Dst: p.Dst, Packets: 1, Octets: p.Octets, First: p.Time, Last: p.Time,
		SrcPort: p.SrcPort, DstPort: p.DstPort, VLAN: k.vlan, IPVersion: p.IPVersion, Protocol: p.Protocol,
		ToS: p.ToS, TCPFlags: p.TCPFlags, Direction: p.Direction,
	}}
	if p.Direction == Egress {
		f.Output = p.Interface
	} else {
		f.Input = p.Interface
	}
	m.births++
	m.flows = append(m.flows, f)
}

// runModel gives the records of an input, by the model.
func runModel(o Options, packets []Packet, reason EndReason) []Record {
	m := &model{o: o}
	var clock int64
	for i, p := range packets {
		if i > 0 && p.Time > clock && floorDiv(p.Time, Tick) > floorDiv(clock, Tick) {
			m.tick(p.Time)
		}
		if i == 0 || p.Time > clock {
			clock = p.Time
		}
		m.add(p)
	}
	m.flush(clock, reason)
	return m.ended
}

// fataler is what testing.TB and rapid.T share.
type fataler interface{ Fatal(args ...any) }

// table drives shards as an owner does: batches of a given size, an output of a given room.
type table struct {
	t       fataler
	shards  []*Shard
	pending [][]Packet
	clock   Clock
	batch   int
	room    int
	ended   []Record
}

func newTable(t fataler, o Options, shards, batch, room int) *table {
	x := &table{t: t, batch: batch, room: room, pending: make([][]Packet, shards)}
	for range shards {
		s, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		x.shards = append(x.shards, s)
	}
	return x
}

func (x *table) close() {
	for _, s := range x.shards {
		if err := s.Close(); err != nil {
			x.t.Fatal(err)
		}
	}
}

func (x *table) run(packets []Packet, reason EndReason) []Record {
	for _, p := range packets {
		if x.clock.Observe(p.Time) {
			x.advance()
		}
		n := ShardOf(&p, len(x.shards))
		x.pending[n] = append(x.pending[n], p)
		if len(x.pending[n]) >= x.batch {
			x.add(n)
		}
	}
	for n, s := range x.shards {
		x.add(n)
		x.drain(func(out []Record) ([]Record, bool) { return s.Flush(x.clock.Now(), reason, out) })
	}
	return x.ended
}

func (x *table) add(n int) {
	x.ended = append(x.ended, x.shards[n].Add(x.pending[n], nil)...)
	x.pending[n] = x.pending[n][:0]
}

func (x *table) advance() {
	for n, s := range x.shards {
		x.add(n)
		s.Advance(x.clock.Now())
		x.drain(s.Expire)
	}
}

func (x *table) drain(step func([]Record) ([]Record, bool)) {
	for more := true; more; {
		var out []Record
		out, more = step(make([]Record, 0, x.room))
		x.ended = append(x.ended, out...)
	}
}

func (x *table) counters() Counters {
	var sum Counters
	for _, s := range x.shards {
		c := s.Counters()
		sum.Add(&c)
	}
	return sum
}

// sorted orders records by all they hold.
func sorted(rs []Record) []Record {
	out := slices.Clone(rs)
	slices.SortFunc(out, func(a, b Record) int {
		return cmp.Or(cmp.Compare(a.First, b.First), slices.Compare(a.Src[:], b.Src[:]), slices.Compare(a.Dst[:], b.Dst[:]),
			cmp.Compare(a.SrcPort, b.SrcPort), cmp.Compare(a.DstPort, b.DstPort), cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.IPVersion, b.IPVersion),
			cmp.Compare(a.Last, b.Last), cmp.Compare(a.Packets, b.Packets), cmp.Compare(a.Octets, b.Octets),
			cmp.Compare(a.ToS, b.ToS), cmp.Compare(a.TCPFlags, b.TCPFlags), cmp.Compare(a.VLAN, b.VLAN),
			cmp.Compare(a.Input, b.Input), cmp.Compare(a.Output, b.Output), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}
