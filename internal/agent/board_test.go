package agent

import (
	"testing"
	"time"
)

// TestBoardSays: a status that tells nothing new is not written again for quietTick, and one that does is.
func TestBoardSays(t *testing.T) {
	at := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	written := func() *Status {
		return &Status{PID: 7, Updated: at, Troubles: []string{}, Sums: &Account{At: at, Frames: 3, Verdicts: map[string]uint64{"counted": 3}}}
	}
	tests := map[string]struct {
		change func(*Status)
		want   bool
	}{
		"nothing new":       {func(s *Status) { s.Updated, s.Sums.At = at.Add(time.Second), at.Add(time.Second) }, true},
		"until then":        {func(s *Status) { s.Updated = at.Add(quietTick - 1) }, true},
		"for too long":      {func(s *Status) { s.Updated = at.Add(quietTick) }, false},
		"clock set back":    {func(s *Status) { s.Updated = at.Add(-time.Hour) }, false},
		"another counter":   {func(s *Status) { s.Sums.Verdicts["counted"]++ }, false},
		"a trouble":         {func(s *Status) { s.Troubles = append(s.Troubles, "x") }, false},
		"sums are new":      {func(s *Status) { s.Sums = nil }, false},
		"another flow ends": {func(s *Status) { s.Sums.Flows = 1 }, false},
	}
	for name, test := range tests {
		b := &board{written: written()}
		s := written()
		test.change(s)
		if got := b.says(s); got != test.want {
			t.Errorf("%s: the file says it: %v, want %v", name, got, test.want)
		}
	}
	if (&board{}).says(written()) {
		t.Error("nothing was written yet, and the file says it")
	}
}
