package rtnetlink

import (
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// RefusedError is the kernel's answer to a request that it does not fulfil. Errors of the socket are
// none.
type RefusedError struct{ Errno unix.Errno }

// Error is the errno's text.
func (e *RefusedError) Error() string { return "rtnetlink refuses: " + e.Errno.Error() }

// Unwrap makes errors.Is see the errno.
func (e *RefusedError) Unwrap() error { return e.Errno }

// failure is what an NLMSG_ERROR says in place of an answer.
func failure(m Message) error {
	if err := refusal(m); err != nil {
		return err
	}
	return errors.New("netlink: an acknowledgement where an answer was due")
}

// refusal is the errno that NLMSG_ERROR and NLMSG_DONE begin with, nil for 0.
func refusal(m Message) error {
	if len(m.Data) < 4 {
		return fmt.Errorf("netlink message: type %d with %d octets", m.Type, len(m.Data))
	}
	if code := int32(binary.NativeEndian.Uint32(m.Data)); code < 0 {
		return &RefusedError{unix.Errno(-code)}
	}
	return nil
}
