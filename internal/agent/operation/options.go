package operation

import (
	"log/slog"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
)

// Options are the settings of a Server.
type Options struct {
	// Listen is HOST:PORT, or :PORT for all addresses; port 0 takes a free one. "" serves nothing over TCP.
	Listen string
	// PprofSocket is the path of the unix socket on which profiles are served; "" for none.
	PprofSocket string
	// Status is the device's status, nil before the first; it is not changed here. Several goroutines call it.
	Status func() *agent.Status
	// Live says that the device captures from interfaces: without one it isn't ready.
	Live bool
	// Version is that of the program.
	Version string
	// Log gets what an operator should know; nil is silent.
	Log *slog.Logger
	// Now is the clock that tells how old a status is; nil = time.Now.
	Now func() time.Time
}

func (o Options) withDefaults() Options {
	if o.Status == nil {
		o.Status = func() *agent.Status { return nil }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}
