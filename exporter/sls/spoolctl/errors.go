package spoolctl

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// ErrNoServer means that nobody serves a socket.
var ErrNoServer = errors.New("no device answers")

// nobody says whether an error of a connection means that nobody listens.
func nobody(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED)
}

// NoSpoolError says that there is no spool in a state directory.
type NoSpoolError struct {
	Directory string
}

// Error says what to do.
func (e *NoSpoolError) Error() string {
	return fmt.Sprintf("there is no spool in %q: name the device's state directory; "+
		"a device makes its spool when a FlowLog first sends to Log Service", e.Directory)
}

// BusyError says that a spool is in use by a process that doesn't answer.
type BusyError struct {
	Directory, Socket, Owner string
}

// Error says what to do.
func (e *BusyError) Error() string {
	return fmt.Sprintf("the spool in %q is in use by process %s, and nobody answers at socket %q: "+
		"if that process is another sagflow spool, wait until it has ended; if it is a device, see in its log why it has no socket, or stop it",
		e.Directory, e.Owner, e.Socket)
}
