package client

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what sort of failure it was.
type Kind uint8

// The kinds.
const (
	// Network means that there was no whole answer: whether the batch arrived, nobody knows.
	Network Kind = iota + 1
	// Unacknowledged means that something answered, but not as Log Service acknowledges or refuses.
	Unacknowledged
	// Refused is an answer of Log Service that is no acknowledgement: see Status and Code.
	Refused
	// NoCredentials means that there was no access key; nothing was sent.
	NoCredentials
	// Destination means that the destination can't be one; nothing was sent.
	Destination
	// Canceled means that the caller's context ended. If Sent, nobody knows whether it arrived.
	Canceled
)

var kindNames = [...]string{"", "network", "unacknowledged", "refused", "no-credentials", "destination", "canceled"}

// String returns the name that logs use.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Error is why a batch was not acknowledged.
type Error struct {
	Kind Kind
	// Status is that of the answer, 0 where there was none.
	Status int
	// Code and Message are errorCode and errorMessage of the answer, "" where it has none. They are
	// text of the other side, printable and at most 64 and 512 octets long.
	Code, Message string
	RequestID     string
	// RetryAfter is what the answer asks for, 0 where it doesn't.
	RetryAfter time.Duration
	// Sent says that the request went out, at least in part: it may have arrived.
	Sent bool
	Err  error
}

// Error is for people.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Status != 0 {
		fmt.Fprintf(&b, "status %d", e.Status)
		if e.Code != "" {
			fmt.Fprintf(&b, " %s", e.Code)
		}
		if e.Message != "" {
			fmt.Fprintf(&b, ": %s", e.Message)
		}
		if e.RequestID != "" {
			fmt.Fprintf(&b, " (request %s)", e.RequestID)
		}
	}
	if e.Err != nil {
		if b.Len() > 0 {
			b.WriteString(": ")
		}
		b.WriteString(e.Err.Error())
	}
	if b.Len() == 0 {
		return e.Kind.String()
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// MayHaveArrived says that the batch may be in the Logstore in spite of the error.
func (e *Error) MayHaveArrived() bool {
	return e.Sent && (e.Kind != Refused || e.Status >= 500)
}

var (
	errNoRequestID  = errors.New("the answer has no x-log-requestid: it isn't Log Service's")
	errLongBody     = errors.New("status 200 with a body where none belongs: that isn't Log Service's answer")
	errMarkup       = errors.New("status 200 with markup: a proxy or login page answered in place of Log Service")
	errEndless      = fmt.Errorf("the answer is longer than %d octets", maxBody)
	errRedirect     = errors.New("the answer is a redirect, which is not followed")
	errOtherHost    = errors.New("the answer comes from another host than the one that was asked")
	errOtherRequest = errors.New("the request is not the one that was asked for")
)
