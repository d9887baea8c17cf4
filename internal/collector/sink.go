package collector

import (
	"fmt"
	"io"
	"sync/atomic"

	"github.com/sagflow/sagflow/internal/jsonl"
)

// Sink takes the flows of a Server.
type Sink interface {
	// Write takes the flows of a datagram; they are valid until it returns.
	Write(flows []Flow) error
	// Flush is called when nothing came for a while.
	Flush() error
	// Close is called once at the end, also after an error.
	Close() error
}

const (
	chunkSize = 1 << 16
	// maxChunks bounds what waits for the writer: 32 MiB, as much again as the socket's buffer.
	maxChunks = 512
)

// Lines is a Sink that writes JSON lines. Writing is a goroutine of its own, for a disk that holds
// it up must not hold up the socket.
type Lines struct {
	form  jsonl.Appender
	out   io.Writer
	chunk []byte // being filled
	full  chan []byte
	free  chan []byte
	done  chan struct{}
	err   atomic.Pointer[error]
}

// NewLines returns a Sink that writes to w, with the key vlan if that is asked for. It does not
// close w.
func NewLines(w io.Writer, vlan bool) *Lines {
	return &Lines{form: jsonl.Appender{VLAN: vlan}, out: w}
}

// Write makes one line per flow. It waits only when the writer is 32 MiB behind. It returns an
// earlier write's error as soon as that is known.
func (l *Lines) Write(flows []Flow) error {
	for i := range flows {
		f := &flows[i]
		l.chunk = l.form.AppendCollected(l.chunk, &f.Record,
			jsonl.Origin{Exporter: f.Exporter, Domain: f.Domain, Version: f.Version})
		if len(l.chunk) >= chunkSize-jsonl.LineRoom {
			l.handOver()
		}
	}
	return l.failure()
}

// Flush hands what there is to the writer; it does not wait for it.
func (l *Lines) Flush() error {
	if len(l.chunk) > 0 {
		l.handOver()
	}
	return l.failure()
}

// Close waits until all is written.
func (l *Lines) Close() error {
	if len(l.chunk) > 0 {
		l.handOver()
	}
	if l.full != nil {
		close(l.full)
		<-l.done
	}
	return l.failure()
}

func (l *Lines) failure() error {
	if err := l.err.Load(); err != nil {
		return fmt.Errorf("write records: %w", *err)
	}
	return nil
}

func (l *Lines) handOver() {
	if l.full == nil {
		l.full, l.free, l.done = make(chan []byte, maxChunks), make(chan []byte, maxChunks), make(chan struct{})
		go l.run()
	}
	l.full <- l.chunk
	select {
	case l.chunk = <-l.free:
	default:
		l.chunk = make([]byte, 0, chunkSize)
	}
}

// run writes until Close. After an error it writes no more, but goes on taking, so that nobody waits
// for it for ever.
func (l *Lines) run() {
	defer close(l.done)
	for chunk := range l.full {
		if l.err.Load() == nil {
			if _, err := l.out.Write(chunk); err != nil {
				l.err.Store(&err)
			}
		}
		select {
		case l.free <- chunk[:0]:
		default:
		}
	}
}
