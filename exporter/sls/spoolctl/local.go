package spoolctl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// Spool is what is needed of a *spool.Spool.
type Spool interface {
	IDs() (queued, aside []spool.ID)
	Describe(spool.ID) (spool.Item, error)
	Read(spool.ID) (spool.Item, error)
	Release(spool.ID) (spool.ID, error)
	Drop(spool.ID) error
	Stats() spool.Stats
	Damages() []spool.Damage
}

// local is what is done to a spool that this process has open.
type local struct {
	spool     Spool
	directory string
	changed   func()
}

func (l *local) Totals(context.Context) (Totals, error) {
	return Totals{l.directory, os.Getpid(), l.spool.Stats(), l.spool.Damages()}, nil
}

func (l *local) List(ctx context.Context, s Selection, do func(Found) error) error {
	return l.find(ctx, s, l.spool.Describe, do)
}

func (l *local) Read(ctx context.Context, s Selection, do func(Found) error) error {
	return l.find(ctx, s, l.spool.Read, do)
}

func (l *local) find(ctx context.Context, s Selection, read func(spool.ID) (spool.Item, error), do func(Found) error) error {
	return l.each(ctx, s, func(id spool.ID) error {
		item, err := steady(id, read)
		item.ID = id
		problem, err := s.judge(err)
		if err != nil || problem == passed {
			return err
		}
		return do(Found{item, problem})
	})
}

// steady reads a batch; where it was set aside or queued again just then, it is there the second time.
func steady(id spool.ID, read func(spool.ID) (spool.Item, error)) (spool.Item, error) {
	item, err := read(id)
	if errors.Is(err, spool.ErrUnknown) {
		item, err = read(id)
	}
	// A reason that the spool cut may end within a character.
	item.Reason = strings.ToValidUTF8(item.Reason, "\uFFFD")
	return item, err
}

// passed is the problem of a batch that is passed over.
const passed = "passed"

// judge says what an error means: a problem of this batch, or the end of the operation.
func (s Selection) judge(err error) (problem string, end error) {
	switch {
	case err == nil:
		return "", nil
	case errors.Is(err, spool.ErrClosed), errors.Is(err, spool.ErrReadOnly):
		return "", err
	case errors.Is(err, spool.ErrUnknown) && len(s.IDs) == 0:
		return passed, nil
	}
	return err.Error(), nil
}

// each calls do for the selected IDs, each once, until it returns an error.
func (l *local) each(ctx context.Context, s Selection, do func(spool.ID) error) error {
	ids, err := l.selected(s)
	for _, id := range ids {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = do(id)
		}
		if err != nil {
			return err
		}
	}
	return err
}

func (l *local) selected(s Selection) ([]spool.ID, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if len(s.IDs) > 0 {
		ids := slices.Clone(s.IDs)
		slices.Sort(ids)
		return slices.Compact(ids), nil
	}
	queued, ids := l.spool.IDs()
	if s.All {
		ids = append(ids, queued...)
		slices.Sort(ids)
	}
	return ids, nil
}

func (l *local) Retry(ctx context.Context, s Selection, do func(Outcome) error) error {
	return l.change(ctx, s, l.retry, do)
}

func (l *local) retry(item *spool.Item) (again spool.ID, err error) {
	if item.AsideAt.IsZero() {
		return 0, fmt.Errorf("batch %d is queued already: only what is set aside can be queued again", item.ID)
	}
	return l.spool.Release(item.ID)
}

func (l *local) Drop(ctx context.Context, s Selection, do func(Outcome) error) error {
	return l.change(ctx, s, func(item *spool.Item) (spool.ID, error) { return 0, l.spool.Drop(item.ID) }, do)
}

// change does something to each selected batch, and tells of it: after the first one, after the last,
// and now and then between them, as each time costs a look at the whole spool.
func (l *local) change(ctx context.Context, s Selection, one func(*spool.Item) (spool.ID, error), do func(Outcome) error) error {
	told, untold := time.Time{}, false
	tell := func() {
		if untold {
			untold, told = false, time.Now()
			l.changed()
		}
	}
	defer tell()
	return l.each(ctx, s, func(id spool.ID) error {
		again := spool.ID(0)
		item, err := steady(id, l.spool.Describe)
		if item.ID = id; err == nil {
			again, err = one(&item)
			untold = true
		}
		if time.Since(told) >= tellEvery {
			tell()
		}
		problem, err := s.judge(err)
		if err != nil || problem == passed {
			return err
		}
		return do(Outcome{ID: id, NewID: again, Sum: item.Sum, Problem: problem})
	})
}
