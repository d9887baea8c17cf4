package sls

import (
	"context"
	"log/slog"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// What is said of each batch before it is written to the spool, and as soon as that has accepted it. Who reads these
// lines elsewhere has a ledger that outlives a kill -9.
const (
	saidMade     = "batch made"
	saidAccepted = "batch accepted"
)

// debug says something of a batch, where anybody wants to know.
func (s *Sender) debug(what string, b *spool.Batch) {
	if l := s.o.Logger; l.Enabled(context.Background(), slog.LevelDebug) {
		l.Debug(what, "boot", b.Boot, "batch", b.Number, "first", b.First, "count", b.Count)
	}
}
