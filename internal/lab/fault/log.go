package fault

import (
	"maps"
	"slices"
	"time"
)

const (
	maxLines      = 1000
	maxActions    = 256
	unknownAction = "(unknown)"
)

// Line is one fault in the log.
type Line struct {
	Sequence uint64    `json:"sequence"`
	Time     time.Time `json:"time"`
	Action   string    `json:"action"`
	Rule     string    `json:"rule"`
	Kind     string    `json:"kind"`
	Note     string    `json:"note,omitempty"`
}

// Log is what happened since the start or the last reset.
type Log struct {
	// Calls are all that arrived, by action; Faults those injected, by kind.
	Calls  map[string]uint64 `json:"calls"`
	Faults map[string]uint64 `json:"faults"`
	// Injected are the last faults, oldest first; Forgotten are those before them.
	Injected  []Line `json:"injected"`
	Forgotten uint64 `json:"forgotten"`
}

// ledger is the log in the making.
type ledger struct {
	calls, faults map[string]uint64
	lines         []Line
	sequence      uint64
	forgotten     uint64
}

func newLedger() ledger {
	return ledger{calls: map[string]uint64{}, faults: map[string]uint64{}}
}

func (l *ledger) call(action string) {
	if _, ok := l.calls[action]; !ok && len(l.calls) >= maxActions {
		action = unknownAction
	}
	l.calls[action]++
}

func (l *ledger) inject(now time.Time, action string, i Injection) uint64 {
	l.faults[i.Kind.Name]++
	if len(l.lines) == maxLines {
		l.lines = slices.Delete(l.lines, 0, 1)
		l.forgotten++
	}
	l.sequence++
	l.lines = append(l.lines, Line{Sequence: l.sequence, Time: now.UTC(), Action: action, Rule: i.Rule, Kind: i.Kind.Name})
	return l.sequence
}

func (l *ledger) note(sequence uint64, text string) {
	i, ok := slices.BinarySearchFunc(l.lines, sequence, func(line Line, n uint64) int {
		switch {
		case line.Sequence < n:
			return -1
		case line.Sequence > n:
			return 1
		}
		return 0
	})
	if ok {
		l.lines[i].Note = text
	}
}

// Log returns a copy of what happened.
func (p *Plan) Log() Log {
	if p == nil {
		return Log{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return Log{
		Calls:     maps.Clone(p.log.calls),
		Faults:    maps.Clone(p.log.faults),
		Injected:  append([]Line{}, p.log.lines...),
		Forgotten: p.log.forgotten,
	}
}

// ResetLog forgets the lines and counts. Rules keep theirs.
func (p *Plan) ResetLog() {
	p.mu.Lock()
	defer p.mu.Unlock()
	sequence := p.log.sequence
	p.log = newLedger()
	p.log.sequence = sequence
}
