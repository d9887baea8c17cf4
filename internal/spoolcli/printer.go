package spoolcli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Printer writes what a spool says.
type Printer struct {
	// Out gets what was asked for, Err what is to be said beside it.
	Out, Err io.Writer
	// JSON writes JSON lines, else it is text for people.
	JSON bool
	// Width is Out's in columns where it is a terminal: then long text is shortened. Else 0.
	Width int
	// Progress says that Err is a terminal, on which long work is shown.
	Progress bool
	// Now is the clock that ages are told by.
	Now func() time.Time
}

// line writes a value as one line of JSON.
func (p *Printer) line(value any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return fmt.Errorf("write as JSON: %w", err)
	}
	return p.write(b.Bytes())
}

func (p *Printer) printf(format string, args ...any) error {
	return p.write(fmt.Appendf(nil, format, args...))
}

func (p *Printer) write(b []byte) error {
	if _, err := p.Out.Write(b); err != nil {
		return fmt.Errorf("write standard output: %w", err)
	}
	return nil
}
