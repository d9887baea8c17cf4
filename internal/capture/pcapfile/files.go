package pcapfile

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
	"syscall"
)

// stdinName is the file name that stands for standard input.
const stdinName = "-"

// unknownSize is the size of an input that has none: a pipe, a device.
const unknownSize = -1

// input is an opened file, before decompression.
type input struct {
	r     io.Reader
	close io.Closer // nil for standard input, which isn't ours to close
	size  int64     // unknownSize where it has none
	read  int64
	total *atomic.Int64
	err   error // what r returned besides io.EOF
}

// Read counts what r brings, and remembers its error: a decompressor would hide it.
func (in *input) Read(p []byte) (int, error) {
	n, err := in.r.Read(p)
	in.read += int64(n)
	in.total.Add(int64(n))
	if err != nil && !errors.Is(err, io.EOF) {
		in.err = err
	}
	return n, err
}

// open opens a capture file by name.
func (s *Source) open(name string) (*input, *fault) {
	if name == stdinName {
		return &input{r: s.stdin(), size: sizeOf(s.stdin()), total: &s.bytesRead}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, systemFault("open:", err)
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = &os.PathError{Op: "open", Path: name, Err: syscall.EISDIR}
	}
	if err != nil {
		_ = f.Close()
		return nil, systemFault("open:", err)
	}
	return &input{r: f, close: f, size: sizeOf(f), total: &s.bytesRead}, nil
}

func (s *Source) stdin() io.Reader {
	if s.options.Stdin != nil {
		return s.options.Stdin
	}
	return os.Stdin
}

// sizeOf returns how many octets are to be read from r, or unknownSize.
func sizeOf(r io.Reader) int64 {
	f, ok := r.(*os.File)
	if !ok {
		return unknownSize
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return unknownSize
	}
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return unknownSize
	}
	return max(0, info.Size()-at)
}

// measure returns the octets of all files together, or unknownSize where one of them has no size.
// Files that can't be opened count as empty: they are errors when their turn comes.
func (s *Source) measure() int64 {
	var total int64
	for _, name := range s.options.Files {
		size := int64(0)
		if name == stdinName {
			size = sizeOf(s.stdin())
		} else if info, err := os.Stat(name); err == nil {
			switch {
			case info.Mode().IsRegular():
				size = info.Size()
			case !info.IsDir():
				size = unknownSize
			}
		}
		if size == unknownSize {
			return unknownSize
		}
		total += size
	}
	return total
}
