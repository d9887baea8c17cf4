package spoolcli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
	"github.com/sagflow/sagflow/internal/human"
)

// progressEvery is how often progress is drawn.
const progressEvery = 200 * time.Millisecond

// progress is a line on a terminal that says how far an operation is. The zero value draws nothing.
type progress struct {
	out   io.Writer
	now   func() time.Time
	done  uint64
	total uint64
	drawn time.Time
}

// progress begins to draw, where there is a terminal. What is said of the number of batches is a guess:
// some come and go meanwhile.
func (p *Printer) progress(ctx context.Context, c spoolctl.Control, s spoolctl.Selection) *progress {
	if !p.Progress {
		return &progress{}
	}
	total := uint64(len(s.IDs))
	if t, err := c.Totals(ctx); err == nil && total == 0 {
		if total = t.Stats.Aside.Batches; s.All {
			total += t.Stats.Queued.Batches
		}
	}
	return &progress{out: p.Err, now: p.Now, total: total, drawn: p.Now()}
}

// step is called after each batch.
func (p *progress) step() {
	p.done++
	if p.out == nil || p.now().Sub(p.drawn) < progressEvery {
		return
	}
	p.drawn = p.now()
	fmt.Fprintf(p.out, "\r\x1b[K%s of %s", human.Number(p.done), human.Plural(p.total, "batch", "batches"))
}

// clear removes the line.
func (p *progress) clear() {
	if p.out != nil {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
