package spoolcli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
	"github.com/sagflow/sagflow/internal/human"
)

const (
	// chunk is how many rows of a table are laid out together.
	chunk = 1000
	// maxReason is how much of a reason a terminal gets, in characters.
	maxReason = 60
)

// described is a batch in JSON.
type described struct {
	ID    spool.ID `json:"id"`
	State string   `json:"state"`
	spool.Item
}

// The states of a batch.
const (
	stateQueued = "queued"
	stateAside  = "set-aside"
)

func describe(f *spoolctl.Found) described {
	state := stateQueued
	if f.SetAside() {
		state = stateAside
	}
	return described{f.Item.ID, state, f.Item}
}

// List prints a line for each batch, and for people the sums.
func (p *Printer) List(ctx context.Context, c spoolctl.Control, s spoolctl.Selection) error {
	if p.JSON {
		var failed problems
		return failed.err(c.List(ctx, s, func(f spoolctl.Found) error {
			if f.Problem != "" {
				failed.add(f.Problem)
				return nil
			}
			return p.line(describe(&f))
		}))
	}
	return p.table(ctx, c, s)
}

// table prints the list for people, a chunk at a time: a full spool has more than a hundred thousand
// batches.
func (p *Printer) table(ctx context.Context, c spoolctl.Control, s spoolctl.Selection) error {
	var failed problems
	w := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
	rows := 0
	err := c.List(ctx, s, func(f spoolctl.Found) error {
		if f.Problem != "" {
			failed.add(f.Problem)
			return nil
		}
		if rows == 0 {
			fmt.Fprintln(w, "ID\tSTATE\tRECORDS\tSIZE\tAGE\tBATCH\tLOGSTORE\tENDPOINT\tREGION\tREASON")
		}
		p.row(w, &f)
		if rows++; rows%chunk == 0 {
			return flush(w)
		}
		return nil
	})
	if flushErr := flush(w); err == nil {
		err = flushErr
	}
	if err == nil {
		err = p.sums(ctx, c, rows > 0)
	}
	return failed.err(err)
}

func (p *Printer) row(w *tabwriter.Writer, f *spoolctl.Found) {
	i, d := &f.Item, describe(f)
	reason := printable(i.Reason)
	if reason == "" {
		reason = "-"
	}
	if p.Width > 0 {
		reason = shorten(reason, maxReason)
	}
	to := i.Destination
	fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s/%d\t%s/%s\t%s\t%s\t%s\n", i.ID, d.State, human.Number(i.Sum.Records), human.Octets(uint64(i.Size)),
		age(p.Now().Sub(i.Created)), printable(i.Boot), i.Number, printable(to.Project), printable(to.Logstore),
		printable(to.Endpoint), printable(to.Region), reason)
}

// sums prints one line of totals.
func (p *Printer) sums(ctx context.Context, c spoolctl.Control, below bool) error {
	t, err := c.Totals(ctx)
	if err != nil {
		return err
	}
	if below {
		if err := p.printf("\n"); err != nil {
			return err
		}
	}
	st := &t.Stats
	return p.printf("%s queued, %s set aside, %s on disk\n", sum(st.Queued), sum(st.Aside), human.Octets(uint64(st.Bytes)))
}

// sum writes "2 batches (120 records)".
func sum(c spool.Count) string {
	if c.Batches == 0 {
		return "0 batches"
	}
	return human.Plural(c.Batches, "batch", "batches") + " (" + records(c.Records) + ")"
}
