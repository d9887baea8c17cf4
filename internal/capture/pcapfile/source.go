package pcapfile

import (
	"errors"
	"io"
	"slices"
	"sync/atomic"

	"github.com/sagflow/sagflow/internal/capture"
)

// Options say what a Source reads. The zero value of each field but Files is useful.
type Options struct {
	// Files are the names of the captures, read one after another; "-" is standard input.
	Files []string
	// Stdin is what "-" reads; nil stands for os.Stdin. It is never closed.
	Stdin io.Reader
	// KnownLinkType reports whether frames of a link type can be decoded: a file none of whose
	// interfaces has a known one is an error. nil: all are known.
	KnownLinkType func(linkType uint16) bool
}

// Source reads capture files one after another. It is used by one goroutine; only Progress may be
// called from others.
type Source struct {
	options Options
	started bool
	closed  bool

	// The file being read.
	in           *input
	decompressor io.ReadCloser
	compression  string // "", "gz" or "zstd"
	format       format // formatUnknown: none is open
	pcap         pcapReader
	ng           ngReader

	buf    buffer
	report report
	errs   []*FileError

	index      atomic.Int32 // position in options.Files; -1 before the first
	bytesRead  atomic.Int64
	bytesTotal atomic.Int64
}

var _ capture.Source = (*Source)(nil)

// New returns a Source of these files. It opens and allocates nothing yet, so that a caller who
// reads the same files again makes a new one each time.
func New(o Options) *Source {
	o.Files = slices.Clone(o.Files)
	s := &Source{options: o}
	s.report.known = o.KnownLinkType
	s.index.Store(-1)
	return s
}

// Next implements capture.Source. It returns as soon as there are frames: it never waits for more
// while it has some, so that what comes through a pipe is passed on as it comes.
//
// The end of all files is io.EOF, or all files' errors joined, each a *FileError. Errors tells the
// ones found so far.
func (s *Source) Next(frames []capture.Frame) (int, error) {
	if s.closed {
		return 0, errors.New("read capture: source is closed")
	}
	s.start()
	if len(frames) == 0 {
		return 0, nil
	}
	for {
		if s.format == formatUnknown && !s.openNext() {
			return 0, s.result()
		}
		n, need, damage := s.scan(frames)
		if damage != nil {
			s.endFile(damage)
		}
		if n > 0 {
			return n, nil
		}
		if damage == nil && !s.buf.fill(need) {
			s.endFile(s.end())
		}
	}
}

// start does what New left for later.
func (s *Source) start() {
	if s.started {
		return
	}
	s.started = true
	s.report.kinds = make(map[string]uint64)
	s.bytesTotal.Store(s.measure())
}

// scan calls the format's loop: the only choice that is made per call and not per frame.
func (s *Source) scan(frames []capture.Frame) (n, need int, damage *fault) {
	if s.format == formatPcapng {
		n, damage = s.ng.scan(&s.buf, frames, &s.report)
		return n, s.ng.need, damage
	}
	n, damage = s.pcap.scan(&s.buf, frames, &s.report.Counters)
	return n, s.pcap.need, damage
}

// end says what is wrong with a file of which no more octets come. Where the stream itself failed,
// that is why its last record is incomplete.
func (s *Source) end() *fault {
	if failed := s.streamFault(); failed != nil {
		return failed
	}
	if s.format == formatPcapng {
		return s.ng.tail(&s.buf)
	}
	return s.pcap.tail(&s.buf)
}

// streamFault says what ended the stream, where that was not its proper end.
func (s *Source) streamFault() *fault {
	switch {
	case s.in.err != nil:
		return systemFault("read:", s.in.err)
	case s.buf.err == nil || errors.Is(s.buf.err, io.EOF):
		return nil
	case s.compression != "":
		return streamFault(s.compression, s.buf.base+int64(s.buf.end), s.buf.err)
	}
	return systemFault("read:", s.buf.err)
}

// Errors returns what was wrong with the files so far, in the order in which it was found. A file
// can have two errors: damage, and link types that are all unknown.
func (s *Source) Errors() []*FileError { return s.errs }

// Counters returns what reading noticed so far.
func (s *Source) Counters() Counters { return s.report.Counters }

// Notes returns the Counters that are not zero and the kinds of file, by name and sorted.
func (s *Source) Notes() []Note { return notes(&s.report.Counters, s.report.kinds) }

// result is the error that ends the input.
func (s *Source) result() error {
	if len(s.errs) == 0 {
		return io.EOF
	}
	all := make([]error, len(s.errs))
	for i, err := range s.errs {
		all[i] = err
	}
	return errors.Join(all...)
}

// Close implements capture.Source. A second call does nothing.
func (s *Source) Close() error {
	if s.format != formatUnknown {
		s.closeFile()
	}
	s.closed = true
	s.buf = buffer{}
	return nil
}
