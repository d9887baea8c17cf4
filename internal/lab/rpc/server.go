package rpc

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Server is an http.Handler that speaks the protocol. Any number of goroutines may use it.
type Server struct {
	o       Options
	nonces  *nonces
	history *history

	randomMu sync.Mutex
	random   io.Reader
}

// New checks the options and returns a server. It starts nothing.
func New(o Options) (*Server, error) {
	switch {
	case o.Handler == nil:
		return nil, errors.New("make an RPC server: Handler is missing")
	case o.Keys == nil:
		return nil, errors.New("make an RPC server: Keys is missing")
	case o.Version == "":
		return nil, errors.New("make an RPC server: Version is missing")
	case len(o.Actions) == 0:
		return nil, errors.New("make an RPC server: Actions is empty")
	}
	for _, name := range o.Actions {
		if !isName(name) {
			return nil, fmt.Errorf("make an RPC server: action %q can't be the name of an XML element", name)
		}
	}
	o = o.withDefaults()
	return &Server{o: o, nonces: newNonces(), history: newHistory(), random: o.Random}, nil
}

func (o Options) withDefaults() Options {
	o.Actions = slices.Clone(o.Actions)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	return o
}

// HTTP returns an http.Server for s with limits to headers and times. It has no timeout for whole requests:
// s bounds the reading of bodies and the writing of answers itself, and a fault may hold a call up for long.
func (s *Server) HTTP() *http.Server {
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(s.o.Log.Handler(), slog.LevelDebug),
	}
}

// requestID draws an upper-case UUID of version 4.
func (s *Server) requestID() string {
	var b [16]byte
	s.randomMu.Lock()
	_, err := io.ReadFull(s.random, b[:])
	s.randomMu.Unlock()
	if err != nil {
		s.o.Log.Error("random bytes for a RequestId can't be read", "error", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%X-%X-%X-%X-%X", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
