package loggroup

import "fmt"

// The fields of LogGroup, of Log, and of LogContent and LogTag, which are alike.
const (
	groupLogs        = 1
	groupCategory    = 2
	groupTopic       = 3
	groupSource      = 4
	groupMachineUUID = 5
	groupTags        = 6

	logTime     = 1
	logContents = 2
	logNanos    = 4

	pairKey   = 1
	pairValue = 2
)

const (
	// expected is how many contents a log is thought to have: those of a flow record.
	expected = 16
	// leastPair is how many bytes a content takes at least, so that small logs don't get room for more than they have.
	leastPair = 6
)

// Decode reads a LogGroup. An error names the field and where it begins. The bytes are not kept.
func Decode(b []byte) (*Group, error) {
	g := &Group{}
	err := each(wire{text: string(b)}, func(f field) error {
		switch f.number {
		case groupLogs:
			return g.addLog(f)
		case groupCategory:
			return f.into("Category", &g.Category)
		case groupTopic:
			return f.into("Topic", &g.Topic)
		case groupSource:
			return f.into("Source", &g.Source)
		case groupMachineUUID:
			return f.into("MachineUUID", &g.MachineUUID)
		case groupTags:
			return addPair("LogTags", &g.Tags, f)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("decode LogGroup: %w", err)
	}
	return g, nil
}

func (g *Group) addLog(f field) error {
	message, err := f.message("Logs")
	if err != nil {
		return err
	}
	l, timed := Log{Contents: make([]Pair, 0, min(expected, len(message.text)/leastPair))}, false
	err = each(message, func(f field) error {
		switch f.number {
		case logTime:
			timed = true
			return f.number32("Time", kindVarint, &l.Time)
		case logContents:
			return addPair("Contents", &l.Contents, f)
		case logNanos:
			l.HasNanos = true
			return f.number32("TimeNs", kindFixed32, &l.Nanos)
		}
		return nil
	})
	if err == nil && !timed {
		err = f.errorf("required field Time of the log is not there")
	}
	g.Logs = append(g.Logs, l)
	return err
}

func addPair(name string, to *[]Pair, f field) error {
	message, err := f.message(name)
	if err != nil {
		return err
	}
	p, keyed, valued := Pair{}, false, false
	err = each(message, func(f field) error {
		switch f.number {
		case pairKey:
			keyed = true
			return f.into("Key", &p.Key)
		case pairValue:
			valued = true
			return f.into("Value", &p.Value)
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case !keyed:
		return f.errorf("required field Key of %s is not there", name)
	case !valued:
		return f.errorf("required field Value of %s is not there", name)
	}
	*to = append(*to, p)
	return nil
}
