package rpc

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/keys"
)

// Request is one call whose signature was verified.
type Request struct {
	// Action is one of Options.Actions, Version is Options.Version.
	Action, Version string
	// RegionID is the parameter RegionId, empty if absent; Parameters holds it too.
	RegionID string
	// RequestID is an upper-case UUID; the server writes it into every answer.
	RequestID   string
	AccessKeyID string
	// Parameters are those of query and form together, without the common ones (Action, Version, Format,
	// AccessKeyId, SecurityToken, Timestamp, Signature and Signature…). What is absent has no key;
	// what was sent empty has an empty value. Values may be any bytes. The handler may keep and change the map.
	Parameters map[string]string
}

// Object is an answer, in order; it is written alike as JSON and XML. The server adds the RequestId in front
// of the outermost one, if it holds none.
type Object []Field

// Field is a named value: a string, int, int64, bool, Object or List. Anything else is the handler's fault
// and becomes an InternalError.
type Field struct {
	Name  string
	Value any
}

// List is a sequence in the API's form: JSON {"FlowLogs":{"FlowLogSetType":[…]}}, XML
// <FlowLogs><FlowLogSetType>…</FlowLogSetType></FlowLogs>. The values are what a Field's may be, but no List.
type List struct {
	Item   string
	Values []any
}

// Error is a refusal with the API's code, message and HTTP status.
type Error struct {
	Code, Message string
	Status        int
}

// Error returns "Code: Message".
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Handler carries out actions. Any number of goroutines call it at once.
// An error that wraps an *Error is answered so; any other, and a panic, as InternalError 500, and logged.
type Handler interface {
	Call(ctx context.Context, r *Request) (Object, error)
}

// Options are what a Server is made of. Handler, Keys, Actions and Version are required.
type Options struct {
	Handler Handler
	Keys    *keys.Store
	// Actions are the names that are served; any other is InvalidAction.NotFound.
	Actions []string
	// Version is the only one served, such as 2018-03-13.
	Version string
	// Product is the API's name in error bodies' Recommend, such as Smartag.
	Product string
	// Now is the server's clock; nil is time.Now.
	Now func() time.Time
	// Faults are injected on request; nil is none.
	Faults *fault.Plan
	// Log takes one line a refused call and one an unexpected error, without secrets; nil is none.
	Log *slog.Logger
	// HostID is the HostId of error bodies; empty is the Host that the client asked for.
	HostID string
	// Random makes the RequestIds; nil is crypto/rand. It is read by one goroutine at a time.
	Random io.Reader
}
