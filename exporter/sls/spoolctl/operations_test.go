package spoolctl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

var (
	all   = Selection{All: true}
	aside = Selection{SetAside: true}
)

func ids(ids ...spool.ID) Selection { return Selection{IDs: ids} }

// session is what one who uses a spool gets to see.
type session struct {
	Listed, Read, After []Found
	Outcomes            []Outcome
	Totals              Totals
}

// change is an operation, and what it makes of a spool of the batches 1 to 6, of which 2 and 5 are set aside.
type change struct {
	selection Selection
	operation func(Control) func(context.Context, Selection, func(Outcome) error) error
	listed    []spool.ID
	outcomes  []Outcome
	after     []spool.ID
	changed   bool
}

func changes() map[string]change {
	return map[string]change{
		"retry what is set aside": {
			aside, func(c Control) func(context.Context, Selection, func(Outcome) error) error { return c.Retry },
			[]spool.ID{2, 5},
			[]Outcome{{ID: 2, NewID: 7, Sum: batch(2).Sum}, {ID: 5, NewID: 8, Sum: batch(5).Sum}},
			[]spool.ID{1, 3, 4, 6, 7, 8},
			true,
		},
		"retry some": {
			ids(5, 1, 99, 5), func(c Control) func(context.Context, Selection, func(Outcome) error) error { return c.Retry },
			[]spool.ID{1, 5, 99},
			[]Outcome{
				{ID: 1, Sum: batch(1).Sum, Problem: "batch 1 is queued already: only what is set aside can be queued again"},
				{ID: 5, NewID: 7, Sum: batch(5).Sum},
				{ID: 99, Problem: "batch 99: no such batch in the spool"},
			},
			[]spool.ID{1, 2, 3, 4, 6, 7},
			true,
		},
		"drop some": {
			ids(2, 3, 99), func(c Control) func(context.Context, Selection, func(Outcome) error) error { return c.Drop },
			[]spool.ID{2, 3, 99},
			[]Outcome{{ID: 2, Sum: batch(2).Sum}, {ID: 3, Sum: batch(3).Sum}, {ID: 99, Problem: "batch 99: no such batch in the spool"}},
			[]spool.ID{1, 4, 5, 6},
			true,
		},
		"drop what is set aside": {
			aside, func(c Control) func(context.Context, Selection, func(Outcome) error) error { return c.Drop },
			[]spool.ID{2, 5},
			[]Outcome{{ID: 2, Sum: batch(2).Sum}, {ID: 5, Sum: batch(5).Sum}},
			[]spool.ID{1, 3, 4, 6},
			true,
		},
		"drop all": {
			all, func(c Control) func(context.Context, Selection, func(Outcome) error) error { return c.Drop },
			[]spool.ID{1, 2, 3, 4, 5, 6},
			[]Outcome{
				{ID: 1, Sum: batch(1).Sum},
				{ID: 2, Sum: batch(2).Sum},
				{ID: 3, Sum: batch(3).Sum},
				{ID: 4, Sum: batch(4).Sum},
				{ID: 5, Sum: batch(5).Sum},
				{ID: 6, Sum: batch(6).Sum},
			},
			nil, true,
		},
		"drop what is not there": {
			ids(98, 99), func(c Control) func(context.Context, Selection, func(Outcome) error) error { return c.Drop },
			[]spool.ID{98, 99},
			[]Outcome{{ID: 98, Problem: "batch 98: no such batch in the spool"}, {ID: 99, Problem: "batch 99: no such batch in the spool"}},
			[]spool.ID{1, 2, 3, 4, 5, 6},
			false,
		},
	}
}

// TestBothWays: each operation gives the same offline as through the socket, and leaves the same spool.
func TestBothWays(t *testing.T) {
	const reason = "PostBodyInvalid: \uFFFD no log group"
	for name, c := range changes() {
		t.Run(name, func(t *testing.T) {
			var sessions []session
			for _, w := range ways() {
				t.Run(w.name, func(t *testing.T) {
					control, told := w.open(t, fill(t, 6, 2, 5))
					s := use(t, control, c.selection, c.operation(control))
					sessions = append(sessions, s)
					equal(t, c.listed, idsOf(s.Listed))
					equal(t, c.outcomes, s.Outcomes)
					equal(t, c.after, idsOf(s.After))
					for i := range s.Listed {
						checkFound(t, &s.Listed[i], false, reason)
						checkFound(t, &s.Read[i], true, reason)
					}
					if !s.Totals.Stats.Balanced() {
						t.Errorf("the sums don't hold: %+v", s.Totals.Stats)
					}
					if told != nil && (told() > 0) != c.changed {
						t.Errorf("told of %d changes", told())
					}
				})
			}
			// A batch that was queued again is as old as that.
			late := cmpopts.IgnoreFields(spool.Batch{}, "Created")
			where := cmpopts.IgnoreFields(Totals{}, "Directory")
			age := cmpopts.IgnoreFields(spool.Stats{}, "Oldest", "OldestAge")
			if diff := cmp.Diff(sessions[0], sessions[1], late, where, age); diff != "" {
				t.Errorf("(-offline +socket):\n%s", diff)
			}
		})
	}
}

func use(t *testing.T, c Control, s Selection, operation func(context.Context, Selection, func(Outcome) error) error) (got session) {
	got.Listed = collect(t, s, c.List)
	got.Read = collect(t, s, c.Read)
	got.Outcomes = collect(t, s, operation)
	got.After = collect(t, all, c.List)
	var err error
	got.Totals, err = c.Totals(t.Context())
	must(t, err)
	return got
}

// checkFound compares a batch with what it must be.
func checkFound(t *testing.T, f *Found, payload bool, reason string) {
	t.Helper()
	id := f.Item.ID
	if id > 6 {
		equal(t, fmt.Sprintf("batch %d: no such batch in the spool", id), f.Problem)
		return
	}
	want := batch(uint64(id))
	equal(t, "", f.Problem)
	equal(t, id == 2 || id == 5, f.SetAside())
	equal(t, map[bool]string{true: reason}[f.SetAside()], f.Item.Reason)
	equal(t, len(want.Payload), f.Item.RawSize)
	if f.Item.Size < 200 || f.Item.Size > 400 {
		t.Errorf("batch %d has %d octets on disk", id, f.Item.Size)
	}
	if payload {
		raw, err := f.Item.Raw()
		must(t, err)
		equal(t, string(want.Payload), string(raw))
	} else if f.Item.Payload != nil {
		t.Errorf("batch %d is listed with a payload", id)
	}
	got := f.Item.Batch
	got.Payload, got.Compression, got.RawSize, want.Payload = nil, "", 0, nil
	equal(t, want, got)
}

// TestTotals: they are the spool's own.
func TestTotals(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			state := fill(t, 6, 2)
			spoilSegment(t, state, 1) // the last one of qingdao: batch 5
			c, _ := w.open(t, state)
			collect(t, ids(1), c.Drop)
			got, err := c.Totals(t.Context())
			must(t, err)
			equal(t, Directory(state), got.Directory)
			equal(t, spool.Count{Batches: 1, Sum: batch(1).Sum}, got.Stats.Dropped.Operator)
			equal(t, spool.Count{Batches: 1, Sum: batch(5).Sum}, got.Stats.Dropped.Damaged)
			equal(t, 1, len(got.Damages))
			equal(t, spool.ID(5), got.Damages[0].Items[0].ID)
			if got.PID == 0 || got.Stats.Queued.Batches != 3 || got.Stats.Aside.Batches != 1 {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestDamaged: a batch that turns out to be damaged is a problem of its own, and the next one follows.
func TestDamaged(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			state := fill(t, 3)
			c, _ := w.open(t, state)
			spoilSegment(t, state, 1)
			read := collect(t, all, c.Read)
			equal(t, []spool.ID{1, 2, 3}, idsOf(read))
			if !strings.HasSuffix(read[2].Problem, "the batch is damaged on disk") || read[0].Problem+read[1].Problem != "" {
				t.Errorf("problems %q, %q, %q", read[0].Problem, read[1].Problem, read[2].Problem)
			}
			equal(t, []spool.ID{1, 2}, idsOf(collect(t, all, c.List)))
		})
	}
}

// TestEndings: the caller's error and the end of the context end an operation; nothing is half done.
func TestEndings(t *testing.T) {
	enough := errors.New("enough")
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			c, _ := w.open(t, fill(t, 6))
			n := 0
			err := c.List(t.Context(), all, func(Found) error { n++; return enough })
			if !errors.Is(err, enough) || n != 1 {
				t.Errorf("error %v after %d batches", err, n)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := c.Drop(ctx, all, func(Outcome) error { return nil }); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want context.Canceled", err)
			}
			equal(t, 6, len(collect(t, all, c.List)))
			for _, s := range []Selection{{}, {All: true, SetAside: true}, ids(0), {IDs: []spool.ID{1}, All: true}} {
				if err := c.Drop(t.Context(), s, nil); !errors.Is(err, errSelection) {
					t.Errorf("%+v: %v", s, err)
				}
			}
		})
	}
}

// fakeSpool is a spool of which some calls are others.
type fakeSpool struct {
	*spool.Spool
	describe func(spool.ID) (spool.Item, error)
	release  func(spool.ID) (spool.ID, error)
}

func (f *fakeSpool) Describe(id spool.ID) (spool.Item, error) { return f.describe(id) }

func (f *fakeSpool) Release(id spool.ID) (spool.ID, error) { return f.release(id) }

// TestGoneMeanwhile: of a whole spool, what is gone when its turn comes is passed over; a batch that was
// only moved is not.
func TestGoneMeanwhile(t *testing.T) {
	s := openSpool(t, fill(t, 4, 1, 2))
	defer s.Close()
	asked := map[spool.ID]int{}
	fake := &fakeSpool{Spool: s, release: s.Release}
	fake.describe = func(id spool.ID) (spool.Item, error) {
		if asked[id]++; id == 2 || id == 3 && asked[id] == 1 {
			return spool.Item{}, fmt.Errorf("batch %d: %w", id, spool.ErrUnknown)
		}
		return s.Describe(id)
	}
	l := &local{fake, "", func() {}}
	equal(t, []spool.ID{1, 3, 4}, idsOf(collect(t, all, l.List)))
	equal(t, []Outcome{{ID: 1, NewID: 5, Sum: batch(1).Sum}}, collect(t, aside, l.Retry))
	equal(t, []Outcome{{ID: 2, Problem: "batch 2: no such batch in the spool"}}, collect(t, ids(2), l.Drop))
}

// TestProblemsAreTold: what the disk refuses is a problem of each batch, and no reason to be silent.
func TestProblemsAreTold(t *testing.T) {
	s := openSpool(t, fill(t, 2, 1, 2))
	defer s.Close()
	told := 0
	fake := &fakeSpool{Spool: s, describe: s.Describe, release: func(spool.ID) (spool.ID, error) { return 0, errors.New("no space") }}
	l := &local{fake, "", func() { told++ }}
	equal(t, []Outcome{{ID: 1, Sum: batch(1).Sum, Problem: "no space"}, {ID: 2, Sum: batch(2).Sum, Problem: "no space"}}, collect(t, aside, l.Retry))
	if told != 2 {
		t.Errorf("told %d times, want after the first and after the last", told)
	}
}

// TestClosed: a spool that is closed meanwhile ends an operation.
func TestClosed(t *testing.T) {
	s := openSpool(t, fill(t, 3))
	l := &local{s, "", func() {}}
	err := l.List(t.Context(), all, func(Found) error { return s.Close() })
	if !errors.Is(err, spool.ErrClosed) {
		t.Errorf("error %v, want ErrClosed", err)
	}
}
