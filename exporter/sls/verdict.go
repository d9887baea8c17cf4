package sls

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/client"
)

// Action is what happens to a batch that was not acknowledged.
type Action uint8

// The actions. Each has its own pace; all of them keep the batch, but for the last two.
const (
	// Retry sends it again.
	Retry Action = iota
	// RetrySlowly is Retry for quotas, which more requests would only use up.
	RetrySlowly
	// AdjustClock sends it again by the clock that the answer taught.
	AdjustClock
	// Reauthorize reads the credentials anew and sends it again.
	Reauthorize
	// Wait keeps it until somebody has put something right.
	Wait
	// Split sends it again in two parts.
	Split
	// RetryThenSetAside sends it again slowly, and sets it aside after some attempts.
	RetryThenSetAside
	// SetAside puts it where refused batches are kept, with the reason.
	SetAside
)

var actionNames = [...]string{
	"retry", "retry-slowly", "adjust-clock", "reauthorize", "wait", "split", "retry-then-set-aside", "set-aside",
}

// String returns the name that logs and the table use.
func (a Action) String() string {
	if int(a) < len(actionNames) {
		return actionNames[a]
	}
	return "unknown"
}

// Verdict is what an answer means.
type Verdict struct {
	Action Action
	// State names the state of the destination: the answer's code, or what stands for it. Each state
	// is said once.
	State string
	// Hint is what an operator can do.
	Hint string
	// RetryAfter is what the service asks for.
	RetryAfter time.Duration
}

// Judge says what to do after an error of client.Put. Other errors are taken for the network's.
func Judge(err error) Verdict {
	e, ok := errors.AsType[*client.Error](err)
	if !ok {
		return Verdict{Retry, "network", hintNet, 0}
	}
	v := judgeKind(e)
	v.RetryAfter = e.RetryAfter
	return v
}

func judgeKind(e *client.Error) Verdict {
	switch e.Kind {
	case client.NoCredentials:
		return Verdict{Action: Reauthorize, State: e.Kind.String(), Hint: hintKey}
	case client.Destination:
		return Verdict{Action: Wait, State: e.Kind.String(), Hint: hintWhere}
	case client.Refused:
		return judgeRefusal(e)
	default:
		return Verdict{Action: Retry, State: e.Kind.String(), Hint: hintNet}
	}
}

func judgeRefusal(e *client.Error) Verdict {
	passing := e.Status >= 500 || e.Status == http.StatusTooManyRequests
	if r := rowOf(e.Code); r != nil && (!passing || r.action == RetrySlowly) {
		return Verdict{Action: r.action, State: e.Code, Hint: r.hint}
	}
	v := Verdict{Action: RetryThenSetAside, State: e.Code, Hint: hintOther}
	switch {
	case passing:
		v.Action, v.Hint = Retry, hintRetry
	case e.Status == http.StatusUnauthorized:
		v.Action, v.Hint = Reauthorize, hintKey
	case e.Status == http.StatusRequestEntityTooLarge:
		v.Action, v.Hint = Split, hintSplit
	}
	if v.State == "" {
		v.State = "status-" + strconv.Itoa(e.Status)
	}
	return v
}
