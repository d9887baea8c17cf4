package agent

import (
	"context"

	"github.com/sagflow/sagflow/internal/filter"
)

// SetFilter has all workers pass what f matches from now on, nil all. It returns when each has been asked to, between
// two batches of frames; the error is that of ctx, or that the run is over. It may be called by any goroutine.
func (l *Live) SetFilter(ctx context.Context, f *filter.Filter) error {
	return l.visits.do(ctx, func() {
		for _, w := range l.workers {
			w.lane.submit(job{with: func(*lane) { w.filter = f }})
		}
	})
}

// SetExport has outputs to collectors that are built from now on use ExportRate, Domain, SourceAddress, MTU,
// TemplatePackets, TemplateInterval and StatsInterval of o, which must be valid. Those in force keep theirs: it takes
// a config.Desired with another Export to have them built anew. It may be called by any goroutine.
func (l *Live) SetExport(o *Options) {
	next := *l.engine.o
	next.ExportRate, next.Domain, next.SourceAddress, next.MTU = o.ExportRate, o.Domain, o.SourceAddress, o.MTU
	next.TemplatePackets, next.TemplateInterval, next.StatsInterval = o.TemplatePackets, o.TemplateInterval, o.StatsInterval
	l.exports.Store(&next)
}
