package operation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Limits of the servers.
const (
	headerTimeout  = 5 * time.Second
	answerTimeout  = 10 * time.Second
	idleTimeout    = 30 * time.Second
	profileTimeout = 5 * time.Minute // a profile takes as long as it is asked to
	maxHeader      = 8 << 10
	maxConnections = 64
	grace          = time.Second // for answers that are under way at the end
)

// Server shows a device. Open, Run and Close are called by one goroutine at a time.
type Server struct {
	o        Options
	served   []served
	listened bool
}

// served is a listener with what is served on it.
type served struct {
	listener net.Listener
	server   *http.Server
	remove   func() error // when the listener is closed; nil for nothing
}

// New returns a Server that has opened nothing yet.
func New(o Options) *Server { return &Server{o: o.withDefaults()} }

// Open listens, and returns the address of what is served over TCP, "" where nothing is. Its error names the setting,
// its value, and what to do; nothing is open then. It does nothing where it was called before.
func (s *Server) Open() (string, error) {
	if s.listened {
		return s.address(), nil
	}
	if err := s.open(); err != nil {
		return "", errors.Join(err, s.Close())
	}
	s.listened = true
	return s.address(), nil
}

func (s *Server) open() error {
	if s.o.Listen != "" {
		l, err := listen(s.o.Listen)
		if err != nil {
			return err
		}
		s.serve(l, s.handler(), answerTimeout, nil)
	}
	if s.o.PprofSocket != "" {
		l, err := openSocket(s.o.PprofSocket)
		if err != nil {
			return err
		}
		s.serve(l.UnixListener, profiles(), profileTimeout, l.remove)
	}
	return nil
}

func (s *Server) serve(l net.Listener, h http.Handler, limit time.Duration, remove func() error) {
	s.served = append(s.served, served{newLimited(l, maxConnections), &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout, WriteTimeout: limit, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.o.Log.Handler(), slog.LevelDebug),
	}, remove})
}

// address is that of the TCP listener.
func (s *Server) address() string {
	if s.o.Listen == "" {
		return ""
	}
	return s.served[0].listener.Addr().String()
}

// Run serves until ctx ends, after Open where that was not called. Then answers have a second to end; when it has
// returned nothing is open, and the socket is gone. The error is nil unless Open's is not, or the system ends it.
// It can't be called again.
func (s *Server) Run(ctx context.Context) error {
	if _, err := s.Open(); err != nil {
		return err
	}
	ended := make(chan error, len(s.served))
	for _, one := range s.served {
		go func() { ended <- one.server.Serve(one.listener) }()
	}
	var err error
	running := len(s.served)
	select {
	case <-ctx.Done():
	case err = <-ended:
		running--
		err = fmt.Errorf("serve metrics and profiles: %w", err)
	}
	s.shutdown(ctx)
	for range running {
		if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
	}
	return errors.Join(err, s.Close())
}

// shutdown lets answers end that are under way, and cuts those that take too long.
func (s *Server) shutdown(ctx context.Context) {
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	for _, one := range s.served {
		if one.server.Shutdown(wait) != nil {
			_ = one.server.Close() // what it says of connections that end is no news
		}
	}
}

// Close ends what Open opened, for one that is not run.
func (s *Server) Close() error {
	var all error
	for _, one := range s.served {
		if err := one.listener.Close(); !errors.Is(err, net.ErrClosed) {
			all = errors.Join(all, err)
		}
		if one.remove != nil {
			all = errors.Join(all, one.remove())
		}
	}
	s.served = nil
	if all != nil {
		return fmt.Errorf("close metrics and profiles: %w", all)
	}
	return nil
}
