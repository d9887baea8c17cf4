package spoolctl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// peerKey is the key of a connection's peer in the contexts of its requests.
type peerKey struct{}

// withPeer asks the system who has connected.
func withPeer(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, peerKey{}, peerError(c))
}

// peerError says why whoever has connected is not served.
func peerError(c net.Conn) error {
	unix, ok := c.(*net.UnixConn)
	if !ok {
		return errors.New("this is no unix socket")
	}
	uid, known, err := peerUID(unix)
	if err != nil {
		return fmt.Errorf("ask the system who has connected: %w", err)
	}
	if own := os.Geteuid(); known && uid != 0 && uid != uint32(own) {
		return fmt.Errorf("user %d may not use the spool of user %d: ask as that user or as root", uid, own)
	}
	return nil
}

// handler serves a spool.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(pathTotals, s.serve(http.MethodGet, s.totals))
	mux.HandleFunc(pathList, s.serve(http.MethodPost, s.list))
	mux.HandleFunc(pathRead, s.serve(http.MethodPost, s.read))
	mux.HandleFunc(pathRetry, s.serve(http.MethodPost, s.retry))
	mux.HandleFunc(pathDrop, s.serve(http.MethodPost, s.drop))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, fmt.Errorf("path %q: there is %s, %s, %s, %s and %s",
			r.URL.Path, pathTotals, pathList, pathRead, pathRetry, pathDrop))
	})
	return mux
}

// serve does what all paths need: the right peer and method, not too many at a time, and none when
// the spool is about to be closed.
func (s *Server) serve(method string, do http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err, _ := r.Context().Value(peerKey{}).(error); err != nil {
			s.o.Logger.Warn("the spool's socket was used by somebody who may not", "error", err)
			refuse(w, http.StatusForbidden, err)
			return
		}
		if r.Method != method {
			w.Header().Set("Allow", method)
			refuse(w, http.StatusMethodNotAllowed, fmt.Errorf("method %q of %s: it takes %s", r.Method, r.URL.Path, method))
			return
		}
		select {
		case s.calls <- struct{}{}:
			defer func() { <-s.calls }()
		default:
			refuse(w, http.StatusServiceUnavailable, fmt.Errorf("%d others use the spool's socket now: try again", maxCalls))
			return
		}
		s.gate.RLock()
		defer s.gate.RUnlock()
		if s.ended {
			refuse(w, http.StatusServiceUnavailable, spool.ErrClosed)
			return
		}
		do(w, r)
	}
}

func (s *Server) totals(w http.ResponseWriter, r *http.Request) {
	t, err := s.local.Totals(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(t)
}

func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	lines(w, r, s.local.List, pack)
}

func (s *Server) read(w http.ResponseWriter, r *http.Request) {
	lines(w, r, s.local.Read, pack)
}

func (s *Server) retry(w http.ResponseWriter, r *http.Request) {
	lines(w, r, s.local.Retry, same)
}

func (s *Server) drop(w http.ResponseWriter, r *http.Request) {
	lines(w, r, s.local.Drop, same)
}

func same(o Outcome) Outcome { return o }

// lines carries an operation out and writes a line for each batch.
func lines[T, W any](w http.ResponseWriter, r *http.Request, operation func(context.Context, Selection, func(T) error) error, form func(T) W) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(headerTimeout))
	selection, err := parseSelection(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	_ = control.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", "application/x-ndjson")
	out := newStream(w, control)
	err = operation(r.Context(), selection, func(v T) error {
		value := form(v)
		return out.send(line[W]{Value: &value})
	})
	end := ending{}
	switch {
	case errors.Is(err, context.Canceled):
		end.Error = "the device ends: try again when it is gone or back"
	case err != nil:
		end.Error = err.Error()
	}
	if out.send(line[W]{End: &end}) == nil {
		_ = out.flush()
	}
}

func refuse(w http.ResponseWriter, status int, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(refusal{err.Error()})
}
