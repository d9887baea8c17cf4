package sls

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

	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10
)

// serve serves both listeners until ctx ends or one fails.
func (p *parts) serve(ctx context.Context, log *slog.Logger) error {
	servers := []*http.Server{newService(p.handler, log), newAdmin(p.plan.Admin(), log)}
	ended := make(chan error, len(servers))
	for i, l := range []net.Listener{p.sls, p.admin} {
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
		if end := <-ended; !errors.Is(end, http.ErrServerClosed) {
			err = errors.Join(err, end)
		}
	}
	return err
}

// newService has no timeout for whole requests: the handler bounds the reading of bodies and the writing of
// answers itself, and a fault may hold a call up for long.
func newService(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

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
