package sls

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
)

// Server is the lab's Log Service with its listeners.
type Server struct{ o Options }

// New returns a Server that has opened nothing yet, or says what is wrong with the options.
func New(o Options) (*Server, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("make the Log Service: %w", err)
	}
	return &Server{o: o}, nil
}

// Location is the first line on stdout.
type Location struct {
	// SLS and Admin are URLs.
	SLS   string `json:"sls"`
	Admin string `json:"admin"`
	// Credentials is the absolute name of the file, "" if the environment holds the pair.
	Credentials string `json:"credentials"`
}

// Run opens everything, prints the Location in JSON on a line, and serves until ctx ends, when it lets the
// calls that run end and returns nil. It may be called once.
func (s *Server) Run(ctx context.Context) error {
	p, err := s.open()
	if err != nil {
		return fmt.Errorf("start the Log Service: %w", err)
	}
	if err := s.announce(p); err != nil {
		return errors.Join(err, p.close())
	}
	err = p.serve(ctx, s.o.Log)
	s.o.Log.Info("the Log Service ends")
	return errors.Join(err, p.close())
}

// announce says where the server is.
func (s *Server) announce(p *parts) error {
	line, err := json.Marshal(Location{SLS: urlOf(p.sls), Admin: urlOf(p.admin), Credentials: p.credentials})
	if err != nil {
		return fmt.Errorf("write where the Log Service is: %w", err)
	}
	if _, err := s.o.Stdout.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write where the Log Service is: %w", err)
	}
	s.o.Log.Info("the Log Service serves", "sls", urlOf(p.sls), "admin", urlOf(p.admin), "credentials", p.keys.Origin(),
		"store", s.o.Store, "strict", s.o.Strict, "damaged", len(p.store.Damage()))
	return nil
}

// urlOf is where a client on this machine finds a listener.
func urlOf(l net.Listener) string {
	address := l.Addr().String()
	if tcp, ok := l.Addr().(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		address = fmt.Sprintf("127.0.0.1:%d", tcp.Port)
	}
	return "http://" + address
}
