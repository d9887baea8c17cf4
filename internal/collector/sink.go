package collector

import (
	"bufio"
	"fmt"
	"io"

	"github.com/sagflow/sagflow/internal/jsonl"
)

// Sink takes the flows of a Server.
type Sink interface {
	// Write takes the flows of some datagrams; they are valid until it returns.
	Write(flows []Flow) error
	// Flush is called when nothing came for a while, and at the end.
	Flush() error
}

// Lines is a Sink that writes JSON lines.
type Lines struct {
	form   jsonl.Appender
	out    *bufio.Writer
	buffer []byte
}

// NewLines returns a Sink that writes to w, with the key vlan if that is asked for.
func NewLines(w io.Writer, vlan bool) *Lines {
	return &Lines{form: jsonl.Appender{VLAN: vlan}, out: bufio.NewWriterSize(w, 1<<16)}
}

// Write writes one line per flow, through a buffer.
func (l *Lines) Write(flows []Flow) error {
	for i := range flows {
		f := &flows[i]
		l.buffer = l.form.AppendCollected(l.buffer[:0], &f.Record,
			jsonl.Origin{Exporter: f.Exporter, Domain: f.Domain, Version: f.Version})
		if _, err := l.out.Write(l.buffer); err != nil {
			return fmt.Errorf("write records: %w", err)
		}
	}
	return nil
}

// Flush writes what is in the buffer.
func (l *Lines) Flush() error {
	if err := l.out.Flush(); err != nil {
		return fmt.Errorf("write records: %w", err)
	}
	return nil
}
