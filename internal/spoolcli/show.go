package spoolcli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
	"github.com/sagflow/sagflow/internal/human"
)

// shown is a batch in full in JSON.
type shown struct {
	described
	Topic   string            `json:"topic"`
	Source  string            `json:"source"`
	Tags    []tag             `json:"tags"`
	Records []json.RawMessage `json:"records"`
}

type tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Show prints one batch in full, its records included. Of one that can't be decoded it prints what the
// spool knows, and returns why.
func (p *Printer) Show(ctx context.Context, c spoolctl.Control, id spool.ID) error {
	return c.Read(ctx, spoolctl.Selection{IDs: []spool.ID{id}}, func(f spoolctl.Found) error {
		if f.Problem != "" {
			return errors.New(f.Problem)
		}
		group, lines, err := decode(&f.Item)
		if p.JSON {
			return errors.Join(p.line(inFull(&f, &group, lines)), err)
		}
		return errors.Join(p.header(&f, &group), p.write(lines), err)
	})
}

// decode reads a batch's log group.
func decode(item *spool.Item) (group sls.Group, lines []byte, err error) {
	raw, err := rawOf(item)
	if err == nil {
		if group, err = sls.ReadGroup(raw); err == nil {
			lines, err = appendRecords(nil, raw, false)
		}
		if err != nil {
			err = fmt.Errorf("batch %d: %w", item.ID, err)
		}
	}
	return group, lines, err
}

func inFull(f *spoolctl.Found, g *sls.Group, lines []byte) shown {
	s := shown{described: describe(f), Topic: string(g.Topic), Source: string(g.Source), Tags: []tag{}, Records: []json.RawMessage{}}
	for _, t := range g.Tags {
		s.Tags = append(s.Tags, tag{string(t.Key), string(t.Value)})
	}
	for line := range bytes.Lines(lines) {
		s.Records = append(s.Records, bytes.TrimSuffix(line, []byte("\n")))
	}
	return s
}

// header prints what the spool knows of a batch, and what stands once in its group.
func (p *Printer) header(f *spoolctl.Found, g *sls.Group) error {
	i, to := &f.Item, &f.Item.Destination
	w := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "batch\t%d, %s\n", i.ID, describe(f).State)
	if f.SetAside() {
		fmt.Fprintf(w, "reason\t%s\n", printable(i.Reason))
		fmt.Fprintf(w, "set aside\t%s, %s ago\n", stamp(i.AsideAt), age(p.Now().Sub(i.AsideAt)))
	}
	fmt.Fprintf(w, "made\t%s, %s ago\n", stamp(i.Created), age(p.Now().Sub(i.Created)))
	fmt.Fprintf(w, "for\tlogstore %s of project %s\n", printable(to.Logstore), printable(to.Project))
	fmt.Fprintf(w, "at\t%s, region %s\n", printable(to.Endpoint), printable(to.Region))
	fmt.Fprintf(w, "name\tboot %s, batch %d, from record %d on\n", printable(i.Boot), i.Number, i.First)
	fmt.Fprintf(w, "content\t%s, %s, %s\n", records(i.Sum.Records), human.Plural(i.Sum.Packets, "packet", "packets"), human.Plural(i.Sum.Octets, "octet", "octets"))
	fmt.Fprintf(w, "size\t%s on disk; %s before %s\n", human.Octets(uint64(i.Size)), human.Octets(uint64(i.RawSize)), printable(i.Compression))
	if g.Topic != nil {
		fmt.Fprintf(w, "topic\t%s\n", printable(string(g.Topic)))
	}
	if g.Source != nil {
		fmt.Fprintf(w, "source\t%s\n", printable(string(g.Source)))
	}
	for _, t := range g.Tags {
		fmt.Fprintf(w, "tag\t%s: %s\n", printable(string(t.Key)), printable(string(t.Value)))
	}
	fmt.Fprintln(w)
	return flush(w)
}

func flush(w *tabwriter.Writer) error {
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write standard output: %w", err)
	}
	return nil
}
