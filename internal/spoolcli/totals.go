package spoolcli

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
	"github.com/sagflow/sagflow/internal/human"
)

// Totals prints a spool's counts.
func (p *Printer) Totals(ctx context.Context, c spoolctl.Control) error {
	t, err := c.Totals(ctx)
	if err != nil {
		return err
	}
	if p.JSON {
		return p.line(t)
	}
	w := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
	where := fmt.Sprintf("in use by process %d", t.PID)
	if offline(&t) {
		where = "not in use by a device"
	}
	st, dropped := &t.Stats, &t.Stats.Lifetime.Dropped
	fmt.Fprintf(w, "spool\t%s, %s\n", printable(t.Directory), where)
	fmt.Fprintf(w, "queued\t%s\n", sum(st.Queued))
	if !st.Oldest.IsZero() {
		fmt.Fprintf(w, "oldest\t%s ago, since %s\n", age(p.Now().Sub(st.Oldest)), stamp(st.Oldest))
	}
	fmt.Fprintf(w, "set aside\t%s\n", sum(st.Aside))
	fmt.Fprintf(w, "on disk\t%s\n", human.Octets(uint64(st.Bytes)))
	fmt.Fprintf(w, "delivered\t%s since the spool was made\n", sum(st.Lifetime.Delivered))
	fmt.Fprintf(w, "dropped\t%s = %s full + %s too old + %s damaged + %s by an operator\n", sum(dropped.Total()),
		human.Number(dropped.Full.Batches), human.Number(dropped.TooOld.Batches), human.Number(dropped.Damaged.Batches), human.Number(dropped.Operator.Batches))
	fmt.Fprintf(w, "damage\t%s damaged, %s torn\n", human.Plural(st.Damages.Pieces, "piece", "pieces"), human.Plural(st.Damages.TornPieces, "piece", "pieces"))
	for _, d := range t.Damages {
		fmt.Fprintf(w, "\t%s\n", printable(d.String()))
	}
	return flush(w)
}

// offline says that this process has the spool open, and so no device.
func offline(t *spoolctl.Totals) bool { return t.PID == os.Getpid() }
