package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// Errors that a caller decides by.
var (
	// ErrClosed is what every call gets after Close.
	ErrClosed = errors.New("the spool is closed")
	// ErrReadOnly means that the spool was opened only to be looked at.
	ErrReadOnly = errors.New("the spool is open for reading only")
	// ErrUnknown means that no batch has this ID here: it is gone.
	ErrUnknown = errors.New("no such batch in the spool")
	// ErrDamaged means that the batch can't be read; it is counted and gone.
	ErrDamaged = errors.New("the batch is damaged on disk")
	// ErrFull means that a batch can't be accepted although all others were dropped or may not be.
	ErrFull = errors.New("no room in the spool")
)

// LockedError says that another process has the spool open.
type LockedError struct {
	// Path is the lock file, and Owner what it says of the process that holds it, "" for nothing.
	Path, Owner string
}

// Error says what to do.
func (e *LockedError) Error() string {
	owner := "another process"
	if e.Owner != "" {
		owner = "process " + e.Owner
	}
	return fmt.Sprintf("%q is locked by %s: only one process can use a spool; stop that one, or ask it through its control socket",
		e.Path, owner)
}

// VersionError says that a file was written in a format that this program doesn't know.
type VersionError struct {
	Path    string
	Version uint32
}

// Error says what to do.
func (e *VersionError) Error() string {
	return fmt.Sprintf("%q has version %d of the spool's format, this program reads version %d: "+
		"let the program that wrote it deliver what is in it, or move the directory away", e.Path, e.Version, version)
}

// advise adds to an error of the disk what can be done.
func advise(err error) error {
	hint := ""
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		hint = "free some space on that disk, or set another state directory"
	case errors.Is(err, syscall.EROFS):
		hint = "mount that file system read-write, or set another state directory"
	case errors.Is(err, fs.ErrPermission):
		hint = "let the agent's user own the directory with mode 0700"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EEXIST):
		hint = "move away what stands in its place"
	default:
		return err
	}
	return fmt.Errorf("%w: %s", err, hint)
}
