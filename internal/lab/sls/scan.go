package sls

import (
	"context"
	"fmt"

	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
	"github.com/sagflow/sagflow/internal/lab/sls/query"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

// found is one log that a search holds for.
type found struct {
	group *loggroup.Group
	log   *loggroup.Log
	// order is that of coming.
	order int
}

// scanned is how much a search looked at.
type scanned struct{ logs, bytes int64 }

// scan calls visit for all logs that a search holds for, in the order of their coming. Groups that are damaged are
// left out, and the log says so.
func (h *Handler) scan(ctx context.Context, l store.Logstore, s *search, visit func(found)) (scanned, error) {
	var sum scanned
	order := 0
	for _, ref := range l.Groups {
		if int64(ref.Last) < s.From || int64(ref.First) > s.To {
			continue
		}
		if err := ctx.Err(); err != nil {
			return sum, err
		}
		g, size, err := h.load(ref)
		if err != nil {
			h.o.Log.Warn("a log group can't be read, it is left out", "project", l.Project, "logstore", l.Config.Name, "error", err)
			continue
		}
		sum.logs += int64(len(g.Logs))
		sum.bytes += int64(size)
		if s.Topic != "" && s.Topic != g.Topic {
			continue
		}
		for i := range g.Logs {
			if order++; s.holds(&g.Logs[i]) && s.parsed.Matches(fields(g, &g.Logs[i])) {
				visit(found{g, &g.Logs[i], order})
			}
		}
	}
	return sum, nil
}

func (h *Handler) load(ref store.Group) (*loggroup.Group, int, error) {
	raw, err := h.o.Store.Raw(ref)
	if err != nil {
		return nil, 0, err
	}
	g, err := loggroup.Decode(raw)
	if err != nil {
		return nil, 0, fmt.Errorf("entry %d: %w", ref.Number, err)
	}
	return g, len(raw), nil
}

// fields are what a query sees of a log.
func fields(g *loggroup.Group, l *loggroup.Log) query.Fields {
	return func(yield func(string, string) bool) {
		for _, c := range l.Contents {
			if !yield(c.Key, c.Value) {
				return
			}
		}
		if !yield(query.TopicKey, g.Topic) || !yield(query.SourceKey, g.Source) {
			return
		}
		for _, t := range g.Tags {
			if !yield(query.TagKey(t.Key), t.Value) {
				return
			}
		}
	}
}
