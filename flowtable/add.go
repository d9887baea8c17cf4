package flowtable

// aheadPackets is how many packets are looked up ahead: their cache misses overlap. With 64 a
// packet of 1 M flows cost 65 ns where one at a time cost 160.
const aheadPackets = 64

const tcpFinRst = 0x01 | 0x04

// Add counts packets in their order and appends the records that they end to ended, which should
// have room for 2×len(packets) more, so that nothing is allocated. With FragmentsFirst the ports
// (IPv6: and protocol) of later fragments are written into packets.
func (s *Shard) Add(packets []Packet, ended []Record) []Record {
	for len(packets) > 0 {
		n := min(len(packets), aheadPackets)
		ended = s.addSome(packets[:n], ended)
		packets = packets[n:]
	}
	return ended
}

func (s *Shard) addSome(packets []Packet, ended []Record) []Record {
	if !s.wheel.started {
		s.wheel.start(packets[0].Time)
	}
	if s.fragments != nil {
		s.resolve(packets)
	}
	ahead := s.ahead[:len(packets)]
	s.touch(packets, ahead)
	if s.counters.Flows+len(ahead) > s.maxFlows {
		s.foresee(ahead)
	}
	for i := range packets {
		ended = s.addOne(&packets[i], &ahead[i], ended)
	}
	return ended
}

// touch computes all keys, then reads each packet's place in the index, then each entry found there,
// then the addresses of IPv6 entries: loops whose loads do not depend on each other, so that their
// misses overlap. Nothing else stands in the loop over the index: with the hash in it a processor's
// window holds four of the loads, without it as many as the processor can have under way (1 M flows:
// 122 against 71 ns a packet, IPv6 182 against 97; 10 k flows no difference beyond noise). The sum of what was read is kept, or the
// compiler would drop the loads.
func (s *Shard) touch(packets []Packet, ahead []lookup) {
	sum := s.touched
	words := s.index.words
	for i := range packets {
		s.prepare(&ahead[i], &packets[i])
	}
	for i := range ahead {
		sum += words[s.index.place(ahead[i].tag)]
	}
	for i := range ahead {
		ahead[i].slot = s.glance(ahead[i].tag)
	}
	entries := s.slab.entries
	for i := range ahead {
		slot := ahead[i].slot
		if slot == noSlot { // a conditional move: which packets begin a flow can't be predicted
			slot = 0
		}
		sum += entries[slot].packets
	}
	if s.slab.used6 > 0 {
		sum += s.touchAddresses(ahead)
	}
	s.touched = sum
}

// touchAddresses reads those of the IPv6 entries.
func (s *Shard) touchAddresses(ahead []lookup) (sum uint64) {
	for i := range ahead {
		if slot := ahead[i].slot; slot != noSlot && s.slab.entries[slot].version() != 4 {
			sum += uint64(s.slab.addresses[uint32(s.slab.entries[slot].w0)].src[0])
		}
	}
	return sum
}

// glance returns the first slot whose tag matches, without a look at the entry.
func (s *Shard) glance(tag uint32) uint32 {
	words := s.index.words
	mask := uint32(len(words) - 1)
	for i := s.index.place(tag); ; i = (i + 1) & mask {
		w := words[i&mask]
		if w == 0 {
			return noSlot
		}
		if uint32(w>>32) == tag {
			return uint32(w) - 1
		}
	}
}

// find returns the slot of k's flow, or noSlot.
func (s *Shard) find(k *lookup, p *Packet) uint32 {
	words := s.index.words
	mask := uint32(len(words) - 1)
	for i := s.index.place(k.tag); ; i = (i + 1) & mask {
		w := words[i&mask]
		if w == 0 {
			return noSlot
		}
		if slot := uint32(w) - 1; uint32(w>>32) == k.tag && s.holds(slot, k, p) {
			return slot
		}
	}
}

// addOne counts one packet. What was glanced at may have changed since by packets before it, so
// that it is taken only if it holds the flow; otherwise the search is done again.
func (s *Shard) addOne(p *Packet, k *lookup, ended []Record) []Record {
	s.counters.Packets++
	s.counters.Octets += p.Octets
	slot := k.slot
	if slot == noSlot || !s.holds(slot, k, p) {
		slot = s.find(k, p)
	}
	if slot == noSlot {
		slot, ended = s.insert(p, k, ended)
	} else {
		ended = s.update(slot, p, ended)
	}
	if s.tcpEnd && p.TCPFlags&tcpFinRst != 0 {
		ended = s.end(&s.slab.entries[slot], ended, EndDetected)
		s.unchain(slot)
		s.forget(slot)
	}
	return ended
}

// update counts a packet of a flow that is in the table, ending its record first if that is due. A
// packet older than the record's last gives a negative gap, which ends nothing.
func (s *Shard) update(slot uint32, p *Packet, ended []Record) []Record {
	e := &s.slab.entries[slot]
	if p.Time-e.last >= s.inactive || p.Time-e.first >= s.active {
		ended = s.end(e, ended, s.dueReason(e))
		e.begin(p)
		s.born(slot, p.Time)
		return ended
	}
	e.packets++
	e.octets += p.Octets
	e.w2 |= uint64(p.TCPFlags) << 56
	if p.Time > e.last {
		e.last = p.Time
	} else if p.Time < e.first {
		s.backdate(slot, e, p.Time)
	}
	return ended
}

// backdate moves a record's first time down. It may fall due earlier than its bucket comes up, so it
// is filed anew.
func (s *Shard) backdate(slot uint32, e *entry, first int64) {
	e.first = first
	if s.active == never {
		return
	}
	s.unchain(slot)
	s.file(slot, s.dueAt(e))
}

// insert begins a new flow; a full table first ends the oldest idle one.
func (s *Shard) insert(p *Packet, k *lookup, ended []Record) (uint32, []Record) {
	if s.counters.Flows >= s.maxFlows || s.index.full() {
		victim := s.oldest()
		ended = s.end(&s.slab.entries[victim], ended, NoResources)
		s.unchain(victim)
		s.forget(victim)
	}
	slot := s.slab.take()
	e := &s.slab.entries[slot]
	e.w0, e.w1, e.w2 = k.w0, k.w1, k.w2
	if p.IPVersion != 4 {
		e.w0 |= uint64(s.slab.takeAddresses(p))
	}
	e.begin(p)
	s.index.add(k.tag, slot)
	s.born(slot, p.Time)
	s.file(slot, s.dueAt(e))
	s.counters.Flows++
	s.counters.MostFlows = max(s.counters.MostFlows, s.counters.Flows)
	return slot, ended
}

// born numbers a record that begins.
func (s *Shard) born(slot uint32, t int64) {
	s.births++
	s.slab.born[slot] = s.births
	s.evictor.began(slot, s.births, t)
}
