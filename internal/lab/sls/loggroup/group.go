package loggroup

// Group is one LogGroup. Its strings share the memory of the bytes' one copy.
type Group struct {
	// Topic and Source are empty if absent, as are Category and MachineUUID.
	Topic, Source, Category, MachineUUID string
	Tags                                 []Pair
	Logs                                 []Log
}

// Log is one log.
type Log struct {
	// Time is in seconds since 1970, Nanos what comes on top, if HasNanos.
	Time, Nanos uint32
	HasNanos    bool
	Contents    []Pair
}

// Pair is a content of a log, or a tag of a group.
type Pair struct{ Key, Value string }

// Tag returns the value of the first tag of this key.
func (g *Group) Tag(key string) (string, bool) {
	for _, t := range g.Tags {
		if t.Key == key {
			return t.Value, true
		}
	}
	return "", false
}

// Span returns the earliest and the latest time of the logs, 0 and 0 if there are none.
func (g *Group) Span() (first, last uint32) {
	for i := range g.Logs {
		t := g.Logs[i].Time
		if i == 0 {
			first, last = t, t
		}
		first, last = min(first, t), max(last, t)
	}
	return first, last
}
