package rpc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/sagflow/sagflow/internal/lab/fault"
)

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{http: r, id: s.requestID()}
	refusal := c.read(w)
	c.faults = s.o.Faults.Take(c.action, c.lookup)
	c.now = s.o.Now().Add(c.skew())
	w.Header().Set("Date", c.now.UTC().Format(http.TimeFormat))
	// Who no longer waits, or has closed its half of the connection, is not to take an empty 200 for an answer.
	if c.wait("before") != nil {
		fault.Cut(w)
		return
	}
	outcome, spoiled := c.faults.Group(fault.Outcome)
	if spoiled && outcome.Kind.Before {
		s.refuseByFault(w, c, outcome)
		return
	}
	answer := s.answer(c, refusal)
	if c.wait("after") != nil {
		fault.Cut(w)
		return
	}
	if !spoiled || !outcome.Write(w, r, answer) {
		fault.Send(w, answer)
	}
}

// answer is the whole of a call: checks, action, encoding.
func (s *Server) answer(c *call, refusal error) fault.Answer {
	object, err := s.carryOut(c, refusal)
	if err == nil {
		body, encodeErr := encode(c.format, c.action+"Response", object)
		if encodeErr == nil {
			return c.wrap(http.StatusOK, body)
		}
		err = fmt.Errorf("write the answer of %s: %w", c.action, encodeErr)
	}
	return s.errorAnswer(c, err)
}

func (s *Server) carryOut(c *call, refusal error) (Object, error) {
	if refusal != nil {
		return nil, refusal
	}
	if err := s.check(c); err != nil {
		return nil, err
	}
	c.actAsOther()
	object, err := s.handle(c.http.Context(), c.request(s.o.Version))
	if err != nil {
		return nil, err
	}
	return s.spoilData(c, object.withRequestID(c.id)), nil
}

// handle calls the handler, and survives it.
func (s *Server) handle(ctx context.Context, r *Request) (object Object, err error) {
	defer func() {
		if v := recover(); v != nil {
			object, err = nil, fmt.Errorf("carry out %s: panic: %v\n%s", r.Action, v, debug.Stack())
		}
	}()
	return s.o.Handler.Call(ctx, r)
}

// errorAnswer writes a refusal, or what went wrong as an InternalError that says nothing of it.
func (s *Server) errorAnswer(c *call, err error) fault.Answer {
	var refusal *Error
	if !errors.As(err, &refusal) {
		s.o.Log.Error("call failed", "action", c.action, "request-id", c.id, "error", err)
		refusal = internalError()
	}
	s.o.Log.Info("call refused", "action", s.known(c.action), "code", refusal.Code, "status", refusal.Status,
		"access-key-id", s.knownKey(c.keyID), "request-id", c.id)
	body, encodeErr := encode(c.format, "Error", s.errorObject(c, refusal))
	if encodeErr != nil {
		s.o.Log.Error("error answer can't be written", "request-id", c.id, "error", encodeErr)
	}
	return c.wrap(refusal.status(), body)
}

func (s *Server) known(action string) string {
	if s.serves(action) {
		return action
	}
	return "(unknown)"
}

// knownKey keeps what a client sends in the place of a key's id, such as its secret, out of the log.
func (s *Server) knownKey(id string) string {
	if _, ok := s.o.Keys.Lookup(id); ok || id == "" {
		return id
	}
	return "(unknown)"
}

// wait holds the call up if a fault says so here; an error says that the client went away.
func (c *call) wait(at string) error {
	i, ok := c.faults.Group(fault.Delay)
	if !ok || i.Text("at") != at {
		return nil
	}
	return fault.Sleep(c.http.Context(), i.Delay())
}

// skew is how far the server's clock is off.
func (c *call) skew() time.Duration {
	i, _ := c.faults.Group(fault.Clock)
	return i.Duration("offset")
}
