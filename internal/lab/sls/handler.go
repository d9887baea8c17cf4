package sls

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/keys"
	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

// HandlerOptions are what a Handler is made of. Store and Keys are required.
type HandlerOptions struct {
	Store *store.Store
	Keys  *keys.Store
	// Faults are injected on request; nil is none.
	Faults *fault.Plan
	// Strict, Now, Log and Random are as in Options; Now, Log and Random are required.
	Strict bool
	Now    func() time.Time
	Log    *slog.Logger
	Random io.Reader
}

// Handler answers requests. Any number of goroutines may use it.
type Handler struct{ o HandlerOptions }

// NewHandler checks the options. It starts nothing.
func NewHandler(o HandlerOptions) (*Handler, error) {
	if o.Store == nil || o.Keys == nil || o.Now == nil || o.Log == nil || o.Random == nil {
		return nil, errors.New("make the Log Service's handler: Store, Keys, Now, Log or Random is missing")
	}
	return &Handler{o: o}, nil
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, refusal := newCall(w, r)
	c.id = h.requestID()
	c.faults = h.o.Faults.Take(c.action, c.lookup)
	c.now = h.o.Now().Add(c.skew())
	w.Header().Set("Date", c.now.UTC().Format(http.TimeFormat))
	w.Header().Set(headerRequestID, c.id)
	// Who no longer waits, or has closed its half of the connection, is not to take an empty 200 for an answer.
	if c.wait("before") != nil {
		fault.Cut(w)
		return
	}
	outcome, spoiled := c.faults.Group(fault.Outcome)
	if spoiled && before(outcome) {
		h.spoil(w, c, outcome, answer{})
		return
	}
	a := h.answer(c, refusal)
	if c.wait("after") != nil {
		fault.Cut(w)
		return
	}
	if spoiled && !lies(outcome, a) {
		h.spoil(w, c, outcome, a)
		return
	}
	a.send(w)
}

// answer carries a call out, or says why not.
func (h *Handler) answer(c *call, refusal error) answer {
	a, err := h.carryOut(c, refusal)
	if err == nil {
		return a
	}
	e := apierror.Of(translate(err))
	level := slog.LevelInfo
	if e.Status == http.StatusInternalServerError {
		level = slog.LevelError
	}
	h.o.Log.Log(context.Background(), level, "call refused", "action", c.action, "code", e.Code, "status", e.Status,
		"project", c.project, "logstore", c.logstore, "request-id", c.id, "error", err)
	return errorAnswer(e)
}

// carryOut survives a handler's panic.
func (h *Handler) carryOut(c *call, refusal error) (a answer, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("carry out %s: panic: %v\n%s", c.action, v, debug.Stack())
		}
	}()
	if refusal != nil {
		return answer{}, refusal
	}
	if err := h.authorize(c); err != nil {
		return answer{}, err
	}
	return h.act(c)
}

// authorize says whether the caller is who it says it is.
func (h *Handler) authorize(c *call) error {
	if err := c.claim.CheckTime(c.now); err != nil {
		return err
	}
	pair, ok := h.o.Keys.Lookup(c.claim.AccessKeyID)
	if !ok {
		return apierror.Unauthorized("AccessKeyId not found: %.60s", c.claim.AccessKeyID)
	}
	if _, revoked := c.faults.Is(fault.KeyRevoked); revoked {
		pair.Revoked = true
	}
	if _, expired := c.faults.Is(fault.KeyExpired); expired {
		pair.Expires = c.now
	}
	if err := c.claim.CheckPair(pair, c.now); err != nil {
		return err
	}
	return c.claim.Verify(string(pair.AccessKeySecret), c.body)
}

// act does what the action is.
func (h *Handler) act(c *call) (answer, error) {
	acts := map[string]func(*call) (answer, error){
		actPutLogs: h.putLogs, actGetLogs: h.getLogs, actGetHistograms: h.getHistograms, actPullLogs: h.pullLogs,
		actGetCursor: h.getCursor, actGetCursorTime: h.getCursorTime, actListShards: h.listShards,
		actCreateProject: h.createProject, actGetProject: h.getProject, actListProject: h.listProject,
		actUpdateProject: h.updateProject, actDeleteProject: h.deleteProject,
		actCreateLogStore: h.createLogStore, actGetLogStore: h.getLogStore, actListLogStores: h.listLogStores,
		actUpdateLogStore: h.updateLogStore, actDeleteLogStore: h.deleteLogStore,
		actCreateIndex: h.createIndex, actGetIndex: h.getIndex, actUpdateIndex: h.updateIndex, actDeleteIndex: h.deleteIndex,
	}
	act, ok := acts[c.action]
	switch {
	case c.action == actConsumerGroup:
		return answer{}, apierror.NotSupported("consumer groups are not supported by the lab's Log Service: pull by GetCursor and PullLogs")
	case !ok:
		return answer{}, apierror.NotSupported("%.20s %.100s is not supported by the lab's Log Service", c.http.Method, c.http.URL.Path)
	case c.project == "" && c.action != actListProject && c.action != actCreateProject:
		return answer{}, apierror.Invalid("the Host %.100q names no project: want PROJECT.ENDPOINT, or a path that begins with /projects/PROJECT", c.http.Host)
	}
	return act(c)
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
