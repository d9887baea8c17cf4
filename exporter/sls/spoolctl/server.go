package spoolctl

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
)

// Options are a server's settings.
type Options struct {
	// StateDirectory is the device's: the spool is in it, and the socket will be. Nobody else may
	// write there.
	StateDirectory string
	// Spool is the open spool. It stays its owner's, who closes it after Run has returned.
	Spool Spool
	// Changed is called when batches were dropped or queued again: at once, while it goes on each
	// second, and at the end. nil for nobody.
	Changed func()
	// Logger gets what an operator should know; nil is silent.
	Logger *slog.Logger
}

// Server lets operators use a spool that this process has open.
type Server struct {
	o        Options
	local    *local
	calls    chan struct{}
	listener *net.UnixListener
	address  address

	// gate is held by each request, for reading; ended is changed with it held.
	gate  sync.RWMutex
	ended bool
}

// NewServer makes a server. It does nothing before Open or Run.
func NewServer(o Options) (*Server, error) {
	if o.StateDirectory == "" || o.Spool == nil {
		return nil, fmt.Errorf("serve spool: state directory %q and spool %v: want both", o.StateDirectory, o.Spool)
	}
	if o.Changed == nil {
		o.Changed = func() {}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Server{
		o: o, local: &local{o.Spool, Directory(o.StateDirectory), o.Changed}, calls: make(chan struct{}, maxCalls),
	}, nil
}

// Open makes the socket, so that its errors are known before Run. A socket that is there already is one
// that a dead process left: who has the spool open is the only one that has a socket.
func (s *Server) Open() error {
	if s.listener != nil {
		return nil
	}
	listener, address, err := listen(Socket(s.o.StateDirectory))
	if err != nil {
		return err
	}
	s.listener, s.address = listener, address
	return nil
}

// Run serves until the context ends, after Open where that was not called. Then it cuts what takes
// longer than a second; when it has returned, nothing uses the spool and the socket is gone. The error
// is nil unless the socket can't be made or the system ends it. It can't be called again.
func (s *Server) Run(ctx context.Context) error {
	if err := s.Open(); err != nil {
		return err
	}
	server := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: headerTimeout, IdleTimeout: headerTimeout, WriteTimeout: lineTimeout, MaxHeaderBytes: 16 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx }, ConnContext: withPeer,
		ErrorLog: slog.NewLogLogger(s.o.Logger.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(s.listener) }()
	var err error
	select {
	case <-ctx.Done():
	case err = <-ended:
	}
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if server.Shutdown(wait) != nil {
		_ = server.Close()
	}
	s.gate.Lock()
	s.ended = true
	s.gate.Unlock()
	if err = errors.Join(err, s.address.remove()); err != nil {
		return fmt.Errorf("serve spool at %q: %w", s.address.path, err)
	}
	return nil
}
