package flowtable

import "errors"

// Shard is the flow table of one worker: its flows, their aging and the fragments it remembers. It
// is used by one goroutine; shards share nothing.
type Shard struct {
	active, inactive int64 // nanoseconds, or never
	keyed            uint64
	seed             uint64
	maxFlows         int
	tcpEnd           bool

	slab      slab
	index     index
	wheel     wheel
	evictor   evictor
	fragments *fragments // nil unless FragmentsFirst
	counters  Counters
	flushed   uint32 // where Flush goes on
	births    uint64
	ahead     [aheadPackets]lookup
	touched   uint64
}

// New makes a shard and reserves its memory, which must be given back by Close.
func New(o Options) (*Shard, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	s := &Shard{
		active: limit(o.ActiveAging), inactive: limit(o.InactiveAging),
		seed: o.Seed ^ 0x9e3779b97f4a7c15, maxFlows: o.MaxFlows, tcpEnd: o.TCPEnd,
	}
	if o.KeyToS {
		s.keyed |= 0xff << 40
	}
	if o.KeyVLAN {
		s.keyed |= 0xfff << 48
	}
	s.evictor.most = o.MaxFlows/evictShare + evictSamples
	s.wheel.open()
	err := s.slab.open(o.MaxFlows)
	if err == nil {
		err = s.index.open(minIndexBits)
	}
	if err == nil && o.Fragments == FragmentsFirst {
		s.fragments, err = newFragments(o.FragmentMemory)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close gives the shard's memory back. What flows it holds are gone: Flush comes first.
func (s *Shard) Close() error {
	var err error
	if s.fragments != nil {
		err = s.fragments.close()
		s.fragments = nil
	}
	return errors.Join(err, s.index.close(), s.slab.close())
}

// Counters returns what the shard has counted so far.
func (s *Shard) Counters() Counters {
	c := s.counters
	if s.fragments != nil {
		c.FragmentsForgotten = s.fragments.forgotten
	}
	return c
}

// Flows is how many flows are in the table now.
func (s *Shard) Flows() int { return s.counters.Flows }

// end appends the entry's record.
func (s *Shard) end(e *entry, ended []Record, reason EndReason) []Record {
	ended = append(ended, Record{})
	s.record(e, &ended[len(ended)-1], reason)
	s.counters.Records[reason]++
	s.counters.RecordPackets += e.packets
	s.counters.RecordOctets += e.octets
	return ended
}

// forget takes an entry that is in no chain out of the table.
func (s *Shard) forget(slot uint32) {
	s.index.remove(s.tagOf(&s.slab.entries[slot]), slot)
	s.slab.put(slot)
	s.counters.Flows--
}

// dueReason names the limit that falls due first; of both at once it is the idle one.
func (s *Shard) dueReason(e *entry) EndReason {
	if s.active != never && (s.inactive == never || e.first+s.active < e.last+s.inactive) {
		return ActiveAging
	}
	return IdleTimeout
}

// Flush ends flows regardless of aging: with the reason of their limit if that is due at now, the
// input's final clock, else with reason. As Expire it appends while there is room and reports
// whether there may be more; call it until there isn't. No packets are added in between.
func (s *Shard) Flush(now int64, reason EndReason, ended []Record) ([]Record, bool) {
	for ; s.flushed < s.slab.used; s.flushed++ {
		e := &s.slab.entries[s.flushed]
		if e.packets == 0 {
			continue
		}
		if len(ended) == cap(ended) {
			return ended, true
		}
		why := reason
		if s.dueAt(e) <= now {
			why = s.dueReason(e)
		}
		ended = s.end(e, ended, why)
		e.packets = 0
		s.counters.Flows--
	}
	s.reset()
	return ended, false
}

// reset empties the table. Taking each flow out of the index and its chain cost Flush three cache
// misses a flow.
func (s *Shard) reset() {
	s.flushed = 0
	s.slab.reset()
	s.index.reset()
	s.wheel = wheel{}
	s.wheel.open()
	s.evictor.forget()
}
