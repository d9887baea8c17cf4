package flowtable

import "time"

// Retune changes the aging times, as Options states them, for all packets and ticks that follow. No
// record ends by it: a flow that is overdue by the new times ends at the next tick or with its next
// packet, whichever comes first, as it would if the times had been these all along.
//
// It costs a pass over the entries, some 5 ns a flow, where a time got shorter: every flow is filed
// anew. It must not be called between two calls of a Flush.
func (s *Shard) Retune(active, inactive time.Duration) error {
	o := Options{ActiveAging: active, InactiveAging: inactive, MaxFlows: s.maxFlows}
	if err := o.validate(); err != nil {
		return err
	}
	shorter := limit(active) < s.active || limit(inactive) < s.inactive
	s.active, s.inactive = limit(active), limit(inactive)
	if shorter {
		s.refile()
	}
	return nil
}

// refile files all flows anew. Where none falls due sooner their buckets come up early enough as they
// are, and visit does it.
func (s *Shard) refile() {
	for i := range s.wheel.heads {
		s.wheel.heads[i] = noSlot
	}
	for slot := range s.slab.used {
		if e := &s.slab.entries[slot]; e.packets != 0 {
			s.file(slot, s.dueAt(e))
		}
	}
}
