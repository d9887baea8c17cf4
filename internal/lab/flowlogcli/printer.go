package flowlogcli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
)

// Format is how a Printer writes.
type Format string

// The formats.
const (
	FormatTable Format = "table" // for people
	FormatJSON  Format = "json"  // the API's objects with the API's names; lists as arrays
	FormatID    Format = "id"    // ids alone, one a line
)

// Printer writes what the API answered.
type Printer struct {
	Out    io.Writer
	Format Format
	// Width is the terminal's in columns, 0 where Out is none: then nothing is shortened.
	Width int
}

// Done prints that an action was carried out: what was done in words, the answer, or id.
func (p *Printer) Done(words, id string, answer responses.AcsResponse) error {
	switch p.Format {
	case FormatJSON:
		return p.json(answer.GetHttpContentBytes())
	case FormatID:
		return p.lines([]string{id})
	default:
		return p.lines([]string{words})
	}
}

// json writes a value, or the text of one, indented.
func (p *Printer) json(value any) error {
	text, isText := value.([]byte)
	if !isText {
		var err error
		if text, err = marshal(value); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return fmt.Errorf("print answer: %w", err)
	}
	return p.lines([]string{b.String()})
}

// marshal is json.Marshal without the escapes for HTML.
func marshal(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, fmt.Errorf("print answer: %w", err)
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

func (p *Printer) lines(lines []string) error {
	for _, line := range lines {
		if _, err := fmt.Fprintln(p.Out, line); err != nil {
			return fmt.Errorf("print answer: %w", err)
		}
	}
	return nil
}

// list prints a list in the format: its entries as they were answered, their ids, or the table.
func list[T any](p *Printer, items []Item[T], id func(T) string, t table, row func(T) []string) error {
	switch p.Format {
	case FormatJSON:
		return p.json(raws(items))
	case FormatID:
		ids := make([]string, len(items))
		for i, item := range items {
			ids[i] = printable(id(item.Value))
		}
		return p.lines(ids)
	default:
		for _, item := range items {
			t.rows = append(t.rows, row(item.Value))
		}
		return p.table(t)
	}
}

// table prints a table, or that it is empty.
func (p *Printer) table(t table) error {
	if len(t.rows) == 0 {
		return p.lines([]string{t.none})
	}
	return p.lines(t.lines(p.Width))
}

// raws returns the entries' texts, [] rather than null for none.
func raws[T any](items []Item[T]) []json.RawMessage {
	all := make([]json.RawMessage, len(items))
	for i, item := range items {
		all[i] = item.Raw
	}
	return all
}
