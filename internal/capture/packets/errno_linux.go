package packets

import (
	"strings"

	"golang.org/x/sys/unix"
)

// errnoError is an error of the handle's, which says of the system's error the text alone.
type errnoError struct {
	error
	errno unix.Errno
}

// Unwrap makes errors.Is see the errno.
func (e *errnoError) Unwrap() error { return e.errno }

// errnoIn finds the errno whose text ends an error, of those that make a difference.
func errnoIn(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, errno := range []unix.Errno{unix.EAGAIN, unix.EINTR, unix.ENETDOWN, unix.EPERM, unix.EACCES} {
		if strings.HasSuffix(text, ": "+errno.Error()) {
			return &errnoError{err, errno}
		}
	}
	return err
}
