package endtoend

import (
	"strings"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/agent"
)

// exit codes of a device that is told to end.
const (
	exitLeft        = 3
	exitInterrupted = 130
)

// checkEnd looks at a run that has ended.
func (o *ordeal) checkEnd(r *deviceRun) {
	o.t.Helper()
	if r.checked {
		return
	}
	r.checked = true
	o.open += len(r.log.pending)
	allowed := 0
	if r.killed {
		allowed = 1
	}
	if n := len(r.log.pending); n > allowed && !r.disk && !o.small {
		o.find("%d batches were made and not accepted at the end of a run (%s), want at most %d", n, r.fate(), allowed)
	}
	for _, d := range r.log.damages {
		if !strings.Contains(d, " torn ") {
			o.find("the spool was damaged: %s", d)
		}
	}
	text := r.log.String()
	if strings.Contains(text, "panic: ") || strings.Contains(text, "fatal error: ") {
		o.find("the device panicked:\n%s", text)
	}
	if r.killed {
		o.unknown++
		return
	}
	o.checkOrder(r, text)
}

// checkOrder looks at a run that was told to end, or was to end by itself.
func (o *ordeal) checkOrder(r *deviceRun, text string) {
	o.t.Helper()
	switch code := r.code(); {
	case code == -1 && len(r.log.text.String()) == 0: // the signal came before anybody listened for it
		return
	case code == 1 && r.disk && strings.Contains(text, "write to state directory"):
		o.refusals++
		return
	case code == 1 && (r.disk || strings.Contains(text, "no configuration came in force")):
	case r.drains:
		if code != 0 {
			o.find("the spool was not emptied: %s\n%s", r.fate(), text)
		}
	case code != exitLeft && code != exitInterrupted:
		o.find("the device ended with %s, want exit code %d or %d:\n%s", r.fate(), exitLeft, exitInterrupted, text)
	}
	sum, err := r.read()
	if err != nil {
		o.unknown++
		o.find("after %s: %v\n%s", r.fate(), err, text)
		return
	}
	o.checkSummary(r, sum)
}

// checkSummary looks at the counters of a run.
func (o *ordeal) checkSummary(r *deviceRun, sum *agent.Summary) {
	if !sum.Exact {
		o.find("sums of a run don't hold: %+v", sum.Sums)
	}
	for i := range sum.Outputs {
		out := &sum.Outputs[i]
		o.resent += out.ResentRecords
		allowed := out.Dropped[exporter.DropQueueFull]
		if r.hurried {
			allowed = allowed.Plus(out.Dropped[exporter.DropShutdown])
		}
		if strings.HasPrefix(out.Output, "SLS ") && out.Dropped.Total() != allowed && !r.disk && !o.small {
			o.find("output %s dropped records though the disk was fine: %+v", out.Output, out.Dropped)
		}
	}
	if s := sum.Device.LogService; s != nil {
		o.resent += s.Earlier.ResentRecords
		if s.Spool != nil && r.drains {
			o.dropped = s.Spool.Lifetime.Dropped.Total().Sum
			if s.Spool.Queued.Batches != 0 {
				o.find("%d batches are still queued", s.Spool.Queued.Batches)
			}
		}
	}
}
