package pcapfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// What can be wrong with a capture file, for errors.Is. A file that ends too early is
// io.ErrUnexpectedEOF; one that can't be opened or read wraps the operating system's error.
var (
	// ErrEmpty says that the file has no octets at all, not even a capture's header.
	ErrEmpty = errors.New("empty file")
	// ErrNotCapture says that the file does not begin as a capture does.
	ErrNotCapture = errors.New("not a capture")
	// ErrDamaged says that a field of the file has a value that it can't have.
	ErrDamaged = errors.New("damaged capture")
	// ErrLinkType says that no interface of the file has a link type that can be decoded. The
	// file's frames were handed out all the same.
	ErrLinkType = errors.New("unknown link type")
)

// FileError says what is wrong with one capture file, and where.
type FileError struct {
	// File is the name as given in Options.Files.
	File string
	// Offset is the position in octets from the start of the capture, after decompression, or -1
	// where the error has no position.
	Offset int64
	// Compression is "gz" or "zstd" where the file is compressed, else "".
	Compression string
	// Reason names the value that is wrong and what would be right.
	Reason string
	// Err is the kind of error: one of this package's, io.ErrUnexpectedEOF, or the system's.
	Err error
}

// Error returns one line that names the file, the position and the reason.
func (e *FileError) Error() string {
	where := ""
	switch {
	case e.Offset >= 0 && e.Compression != "":
		where = fmt.Sprintf("at byte %d after decompression: ", e.Offset)
	case e.Offset >= 0:
		where = fmt.Sprintf("at byte %d: ", e.Offset)
	}
	return fmt.Sprintf("read capture %q: %s%s", e.File, where, e.Reason)
}

// Unwrap returns the kind of error.
func (e *FileError) Unwrap() error { return e.Err }

// fault is a FileError in the making: what a format's reader knows, without the file's name.
type fault struct {
	offset int64
	reason string
	err    error
}

func damaged(offset int64, format string, args ...any) *fault {
	return &fault{offset, fmt.Sprintf(format, args...), ErrDamaged}
}

func cut(offset int64, format string, args ...any) *fault {
	return &fault{offset, fmt.Sprintf(format, args...), io.ErrUnexpectedEOF}
}

// systemFault turns an error of open, stat or read into a fault without the name said twice.
func systemFault(verb string, err error) *fault {
	reason := err
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		reason = path.Err
	}
	return &fault{-1, strings.TrimSpace(verb + " " + reason.Error()), err}
}
