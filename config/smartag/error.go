package smartag

import (
	"fmt"
	"strings"
	"time"
)

// Kind is what went wrong with a pull, in a word. SourceStatus.Faults counts by it.
type Kind string

// The kinds of failure.
const (
	Network         Kind = "network"          // no answer, or not the whole of it
	Throttled       Kind = "throttled"        // Throttling*, 429, 503
	Server          Kind = "server"           // any other 5xx
	Credentials     Kind = "credentials"      // there are no keys to sign with
	Refused         Kind = "refused"          // the keys were refused
	Clock           Kind = "clock"            // the signature was refused for its time
	Rejected        Kind = "rejected"         // any other error that the API answers
	Redirect        Kind = "redirect"         // the API points elsewhere
	TooLarge        Kind = "too-large"        // an answer above the limit
	Malformed       Kind = "malformed"        // not an answer of this API
	AnotherDevice   Kind = "another-device"   // an answer about another device
	AnotherFlowLog  Kind = "another-flow-log" // an answer about another FlowLog
	Several         Kind = "several"          // more than one FlowLog is bound
	Unsettled       Kind = "unsettled"        // the FlowLog changed under each of several pulls
	Invalid         Kind = "invalid"          // wrong by the rules; errors.As finds the flowlog.Faults
	Internal        Kind = "internal"         // the SDK failed by itself
	ApplyFailed     Kind = "apply"            // counted where apply returned an error; no failure of the API
	LastGoodRefused Kind = "last-good"        // the file is damaged, another device's, or could not be read
	StateFailed     Kind = "state"            // the last good FlowLog could not be written
)

// Error is a failed call or pull. Its text holds no keys, tokens, signatures or signed URLs.
type Error struct {
	Kind Kind
	// Action is the API's, "" where the failure is of none.
	Action string
	// Status is HTTP's, 0 without an answer; Code, Message and RequestID are the API's, "" without them.
	Status                   int
	Code, Message, RequestID string
	// RetryAfter is how long the API asked to wait, 0 if it did not.
	RetryAfter time.Duration
	// Err says more, where it isn't the API that spoke.
	Err error
	// date is the answer's.
	date time.Time
}

// Error says what failed, how, and what was answered.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Action != "" {
		fmt.Fprintf(&b, "%s: ", e.Action)
	}
	b.WriteString(string(e.Kind))
	if e.Status != 0 {
		fmt.Fprintf(&b, ": HTTP status %d", e.Status)
	}
	for _, text := range []string{e.Code, e.Message} {
		if text != "" {
			fmt.Fprintf(&b, ": %s", text)
		}
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (RequestId %s)", e.RequestID)
	}
	return b.String()
}

// Unwrap gives what lies beneath.
func (e *Error) Unwrap() error { return e.Err }
