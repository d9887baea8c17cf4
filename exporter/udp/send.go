package udp

import (
	"context"
	"syscall"
	"time"

	"github.com/sagflow/sagflow/exporter"
)

// shortestNap is the first wait for a device's queue to empty: some datagrams at 100 Mbit/s.
const shortestNap = 500 * time.Microsecond

// Send sends one datagram with one system call, and doesn't allocate. Its errors are those of
// exporter.Sink.
func (t *Transport) Send(datagram []byte) error {
	if len(datagram) > t.limit {
		return &exporter.TooLongError{Limit: t.limit}
	}
	if t.socket == nil {
		if err := t.open(context.Background()); err != nil {
			return t.fail(err)
		}
	}
	err := t.socket.send(datagram)
	if err == nil {
		t.stuck = false
		return nil
	}
	switch errno(err) {
	case syscall.EMSGSIZE:
		return t.tooLong(datagram)
	case syscall.EAGAIN, syscall.ENOBUFS:
		return t.wait(datagram)
	default:
		return t.fail(err)
	}
}

// tooLong learns the path's limit. Where the datagram is within it, the error was that of an
// earlier one, which a router found too long: then this one is sent.
func (t *Transport) tooLong(datagram []byte) error {
	over := headers(t.collector.Addr())
	t.lower(t.socket.pathMTU() - over)
	if len(datagram) <= t.limit {
		err := t.socket.send(datagram)
		if err == nil {
			return nil
		}
		if errno(err) != syscall.EMSGSIZE {
			return t.fail(err)
		}
		t.lower(plateau(len(datagram)+over) - over)
	}
	return &exporter.TooLongError{Limit: t.limit}
}

// lower follows the path downwards only: the configured MTU stands for what the collector's
// buffers hold, however much the path carries.
func (t *Transport) lower(limit int) {
	if limit > 0 && limit < t.limit {
		t.limit = limit
	}
}

// wait sends when there is room: EAGAIN is the socket's buffer, which the system says when it
// empties, ENOBUFS the device's queue, which it doesn't.
func (t *Transport) wait(datagram []byte) error {
	deadline := time.Now().Add(t.patience())
	for nap := shortestNap; ; nap = min(2*nap, 32*shortestNap) {
		err := t.socket.sendBefore(datagram, deadline)
		if err == nil {
			t.stuck = false
			return nil
		}
		switch e := errno(err); {
		case e == syscall.EMSGSIZE:
			return t.tooLong(datagram)
		case e != syscall.ENOBUFS && !isTimeout(err):
			return t.fail(err)
		}
		left := time.Until(deadline)
		if left <= 0 {
			t.stuck = true
			return t.failFor(exporter.DropBufferFull, err)
		}
		time.Sleep(min(nap, left))
	}
}

// fail says why a datagram wasn't sent, and lets go of a socket that can't send any more.
func (t *Transport) fail(err error) error {
	if t.socket != nil && isRouteError(err) {
		_ = t.Close()
	}
	return t.failFor(reasonOf(errno(err)), err)
}

// failFor returns the same error value as long as the failure is the same, so that a collector
// that is away costs no memory.
func (t *Transport) failFor(reason exporter.DropReason, err error) error {
	if t.last == nil || t.last.Reason != reason || errno(err) == 0 || errno(t.last.Err) != errno(err) {
		t.last = &exporter.SendError{Reason: reason, Err: err}
	}
	return t.last
}
