package spoolcli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
)

// ExportOptions say what is exported, and how.
type ExportOptions struct {
	Selection spoolctl.Selection
	// Directory gets a file for each batch, and descriptionsName; "" means Printer.Out.
	Directory string
	// Raw writes the log groups as they are sent, uncompressed: protobuf. Without a directory there is
	// room for one only. Else their records are written as JSON lines.
	Raw bool
}

// descriptionsName is the file in a directory with a line of JSON for each batch that is in it whole.
const descriptionsName = "batches.jsonl"

// Export writes batches out. They stay in the spool.
func (p *Printer) Export(ctx context.Context, c spoolctl.Control, o ExportOptions) error {
	into := &exported{raw: o.Raw, dir: o.Directory, out: p.Out}
	if err := into.open(); err != nil {
		return err
	}
	var done spool.Count
	var failed problems
	bar := p.progress(ctx, c, o.Selection)
	err := c.Read(ctx, o.Selection, func(f spoolctl.Found) error {
		bar.step()
		var text []byte
		var err error
		if f.Problem != "" {
			err = errors.New(f.Problem)
		} else {
			text, err = form(&f.Item, o.Raw)
		}
		if err != nil {
			failed.add(err.Error())
			return nil
		}
		if err := into.batch(&f, text); err != nil {
			return err
		}
		done = done.Plus(spool.Count{Batches: 1, Sum: f.Item.Sum})
		return nil
	})
	bar.clear()
	err = errors.Join(err, into.close())
	where := ""
	if o.Directory != "" {
		where = " to " + o.Directory
	}
	fmt.Fprintf(p.Err, "%s exported%s\n", sum(done), where)
	return failed.err(err)
}

// form is what is written of a batch.
func form(item *spool.Item, raw bool) ([]byte, error) {
	group, err := rawOf(item)
	if err != nil || raw {
		return group, err
	}
	lines, err := appendRecords(nil, group, true)
	if err != nil {
		return nil, fmt.Errorf("batch %d: %w", item.ID, err)
	}
	return lines, nil
}

// exported is where batches are written to.
type exported struct {
	raw          bool
	dir          string
	out          io.Writer
	descriptions *os.File
}

// open makes the directory. One that holds an export already is left as it is.
func (e *exported) open() (err error) {
	if e.dir == "" {
		return nil
	}
	if err := os.MkdirAll(e.dir, 0o700); err != nil {
		return fmt.Errorf("make directory for the export: %w", err)
	}
	e.descriptions, err = create(filepath.Join(e.dir, descriptionsName))
	return err
}

// create makes a file that must not be there.
func create(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		err = fmt.Errorf("%w: export to a new or empty directory", err)
	}
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return f, nil
}

// batch writes one batch.
func (e *exported) batch(f *spoolctl.Found, text []byte) error {
	if e.dir == "" {
		if _, err := e.out.Write(text); err != nil {
			return fmt.Errorf("write standard output: %w", err)
		}
		return nil
	}
	suffix := ".jsonl"
	if e.raw {
		suffix = ".pb"
	}
	path := filepath.Join(e.dir, fmt.Sprint(f.Item.ID, suffix))
	if err := writeFile(path, text); err != nil {
		return err
	}
	var line strings.Builder
	if err := (&Printer{Out: &line}).line(describe(f)); err != nil {
		return err
	}
	_, err := e.descriptions.WriteString(line.String())
	return err
}

// writeFile writes a file that is there whole or not at all, unless the process dies.
func writeFile(path string, text []byte) error {
	file, err := create(path)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(fmt.Errorf("export: %w", err), os.Remove(path))
	}
	return nil
}

func (e *exported) close() error {
	if e.descriptions == nil {
		return nil
	}
	if err := e.descriptions.Close(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}
