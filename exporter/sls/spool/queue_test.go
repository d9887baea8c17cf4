package spool

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestQueue: a queue gives out what a plain sorted list would, and doesn't keep what is gone.
func TestQueue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q queue
		var want []*entry
		next := ID(0)
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				for range rapid.IntRange(1, 20).Draw(t, "entries") {
					next += ID(rapid.IntRange(1, 3).Draw(t, "step"))
					e := &entry{id: next}
					q.push(e)
					want = append(want, e)
				}
			},
			"remove": func(t *rapid.T) {
				for range min(len(want), rapid.IntRange(1, 20).Draw(t, "entries")) {
					i := rapid.IntRange(0, len(want)-1).Draw(t, "which")
					want[i].gone = true
					want = slices.Delete(want, i, i+1)
					q.removed()
				}
			},
			"": func(t *rapid.T) {
				if q.live != len(want) || len(q.list) > 2*q.live+16 {
					t.Fatalf("%d live of %d, want %d", q.live, len(q.list), len(want))
				}
				var got []*entry
				for e := q.first(); e != nil; e = q.after(e.id) {
					got = append(got, e)
				}
				if !slices.Equal(want, got) {
					t.Fatalf("have %v, want %v", got, want)
				}
				id := ID(rapid.IntRange(0, int(next)+1).Draw(t, "after"))
				i := slices.IndexFunc(want, func(e *entry) bool { return e.id > id })
				if e := q.after(id); i < 0 && e != nil || i >= 0 && e != want[i] {
					t.Fatalf("after %d comes %v", id, e)
				}
			},
		})
	})
}
