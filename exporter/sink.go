package exporter

import "fmt"

// Sink takes the datagrams of one session to its collector. It is used by one goroutine.
type Sink interface {
	// Send sends one datagram, once. It doesn't keep the slice. nil means that the system took
	// it, which is all that can be known of a datagram. A *TooLongError says that the same records
	// must be encoded anew within its limit; any other error that the datagram was not sent,
	// a *SendError with the reason.
	Send(datagram []byte) error
	// Limit is the largest datagram, in octets of payload, that the path is believed to carry. It
	// changes only within Send, and only downwards.
	Limit() int
	// Close releases the sink.
	Close() error
	// String names the collector as a person would write it: host:port.
	String() string
}

// TooLongError says that a datagram is longer than the path carries in one piece.
type TooLongError struct {
	// Limit is the largest payload in octets that is still thought to fit.
	Limit int
}

// Error implements error.
func (e *TooLongError) Error() string {
	return fmt.Sprintf("datagram longer than the path allows: at most %d octets of payload", e.Limit)
}

// SendError says why a datagram was not sent. It is not fatal: the next one may go.
type SendError struct {
	// Reason is the kind of failure, under which the records are counted.
	Reason DropReason
	// Err is the system's error.
	Err error
}

// Error implements error.
func (e *SendError) Error() string { return fmt.Sprintf("%s: %v", e.Reason, e.Err) }

// Unwrap returns the system's error.
func (e *SendError) Unwrap() error { return e.Err }
