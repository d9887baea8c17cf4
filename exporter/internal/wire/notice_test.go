package wire

import "testing"

// TestNotice is sent once with each round, as soon as there is room.
func TestNotice(t *testing.T) {
	l := alone(4, true)
	var n Notice
	for i, step := range []struct {
		round uint32
		limit int
		known Mask
		want  bool
	}{
		{1, 20 + 7, MaskOf(2), false}, // the record takes 8 octets
		{1, 20 + 23, 0, false},        // its template 16 besides
		{1, 20 + 24, 0, true},
		{1, 1000, MaskOf(2), false},
		{2, 20 + 7, MaskOf(2), false},
		{3, 20 + 8, MaskOf(2), true},
	} {
		p := l.NewPlan(step.limit, step.known)
		due := n.Due(step.round)
		got := n.Add(&p, 2, step.round)
		if got != step.want || p.Has(2) != step.want || n.Due(step.round) != (due && !got) || p.HasRecords() {
			t.Errorf("step %d: planned: %v, want %v; due before: %v, after: %v", i, got, step.want, due, n.Due(step.round))
		}
	}
}
