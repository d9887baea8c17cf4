package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	// grace is how long calls that run may take once the server is told to end.
	grace = 3 * time.Second
	// adminTimeout bounds what one request to the admin listener takes.
	adminTimeout = 30 * time.Second
)

// serve serves both listeners until ctx ends or one fails.
func (p *parts) serve(ctx context.Context, log *slog.Logger) error {
	servers := []*http.Server{p.rpc.HTTP(), newAdmin(p.plan.Admin(), log)}
	ended := make(chan error, len(servers))
	for i, l := range []net.Listener{p.api, p.admin} {
		go func() { ended <- servers[i].Serve(l) }()
	}
	var err error
	left := len(servers)
	select {
	case <-ctx.Done():
	case err = <-ended:
		left--
		err = fmt.Errorf("serve: %w", err)
	}
	stop(servers)
	for range left {
		if failed := <-ended; !errors.Is(failed, http.ErrServerClosed) {
			err = errors.Join(err, failed)
		}
	}
	return err
}

// newAdmin serves the admin listener; the API's own limits are those of rpc.
func newAdmin(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadTimeout: adminTimeout, WriteTimeout: adminTimeout, IdleTimeout: adminTimeout,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// stop lets the calls that run end, and cuts off those that take longer than grace.
func stop(servers []*http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	for _, s := range servers {
		if s.Shutdown(ctx) != nil {
			_ = s.Close()
		}
	}
}
