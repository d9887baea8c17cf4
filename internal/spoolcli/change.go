package spoolcli

import (
	"context"
	"fmt"

	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
)

// Retry queues batches again and prints what came of it.
func (p *Printer) Retry(ctx context.Context, c spoolctl.Control, s spoolctl.Selection) error {
	err := p.change(ctx, c, s, c.Retry, "queued again")
	if t, totalsErr := c.Totals(ctx); !p.JSON && totalsErr == nil && offline(&t) && t.Stats.Queued.Batches > 0 {
		fmt.Fprintln(p.Err, "no device runs: the next one in this state directory sends what is queued")
	}
	return err
}

// Drop drops batches and prints what came of it.
func (p *Printer) Drop(ctx context.Context, c spoolctl.Control, s spoolctl.Selection) error {
	return p.change(ctx, c, s, c.Drop, "dropped")
}

type operation func(context.Context, spoolctl.Selection, func(spoolctl.Outcome) error) error

// change prints a line for each batch that was named, and for people the sum in the end.
func (p *Printer) change(ctx context.Context, c spoolctl.Control, s spoolctl.Selection, do operation, what string) error {
	var done spool.Count
	var failed problems
	bar := p.progress(ctx, c, s)
	err := do(ctx, s, func(o spoolctl.Outcome) error {
		bar.step()
		if o.Problem != "" {
			failed.add(o.Problem)
		} else {
			done = done.Plus(spool.Count{Batches: 1, Sum: o.Sum})
		}
		switch {
		case p.JSON:
			return p.line(o)
		case o.Problem != "" || len(s.IDs) == 0:
			return nil
		case o.NewID != 0:
			return p.printf("batch %d (%s) is %s as batch %d\n", o.ID, records(o.Sum.Records), what, o.NewID)
		}
		return p.printf("batch %d (%s) is %s\n", o.ID, records(o.Sum.Records), what)
	})
	bar.clear()
	if !p.JSON && (len(s.IDs) != 1 || err != nil) {
		if printErr := p.printf("%s %s\n", sum(done), what); err == nil {
			err = printErr
		}
	}
	return failed.err(err)
}
