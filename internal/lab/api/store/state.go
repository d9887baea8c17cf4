package store

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"github.com/sagflow/sagflow/config/flowlog"
)

// Record is a FlowLog as it is kept.
type Record struct {
	// Number grows with each FlowLog ever made: lists are in its order.
	Number  uint64
	FlowLog flowlog.FlowLog
}

// State is the contents at one moment. It never changes; any number of goroutines may read it.
type State struct {
	records  map[string]Record // by FlowLogId
	bindings map[string]string // SmartAGId → FlowLogId
	// last is the highest Number given so far.
	last uint64
}

// Len is how many FlowLogs there are.
func (s *State) Len() int { return len(s.records) }

// FlowLog returns the FlowLog with that id.
func (s *State) FlowLog(id string) (flowlog.FlowLog, bool) {
	r, ok := s.records[id]
	return r.FlowLog, ok
}

// FlowLogs returns all FlowLogs in the order in which they were made.
func (s *State) FlowLogs() []flowlog.FlowLog {
	all := slices.SortedFunc(maps.Values(s.records), func(a, b Record) int { return cmp.Compare(a.Number, b.Number) })
	logs := make([]flowlog.FlowLog, len(all))
	for i, r := range all {
		logs[i] = r.FlowLog
	}
	return logs
}

// Bound returns the id of the FlowLog to which the gateway is bound.
func (s *State) Bound(gateway string) (flowLog string, ok bool) {
	flowLog, ok = s.bindings[gateway]
	return flowLog, ok
}

// Gateways returns the ids of the gateways that are bound to the FlowLog, sorted.
func (s *State) Gateways(flowLog string) []string {
	var ids []string
	for gateway, bound := range s.bindings {
		if bound == flowLog {
			ids = append(ids, gateway)
		}
	}
	slices.Sort(ids)
	return ids
}

// Bindings are all gateways that are bound and their FlowLogs, in no order.
func (s *State) Bindings() iter.Seq2[string, string] { return maps.All(s.bindings) }

func (s *State) clone() *State {
	return &State{records: maps.Clone(s.records), bindings: maps.Clone(s.bindings), last: s.last}
}
