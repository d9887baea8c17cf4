package operation

import (
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/agent"
)

// The kinds of outputs, as agent.OutputStatus has them, and spool.
const (
	kindNetflow     = "netflow"
	kindSLS         = "sls"
	kindCommandLine = "command-line"
	kindSpool       = "spool"
)

// flowLogKinds are those that a FlowLog asks for. They are always there: a counter that begins with its first count
// hides that from Prometheus' rates.
func flowLogKinds() []string { return []string{kindNetflow, kindSLS} }

func datagramKind(kind string) bool { return kind == kindNetflow || kind == kindCommandLine }

func batchKind(kind string) bool { return kind == kindSLS || kind == kindSpool }

// kindOf is an output's kind, one of the four.
func kindOf(o *agent.OutputStatus) string {
	if o.Kind == kindNetflow || o.Kind == kindSLS {
		return o.Kind
	}
	return kindCommandLine
}

// totalOf is what all outputs of a kind have counted, and how many there are.
type totalOf struct {
	kind string
	exporter.Counters
	inForce, draining int
	payloadLimit      int     // the smallest of those in force; 0 where none is known
	oldest            float64 // the longest wait of a record, in seconds
}

// totals sums outputs up by kind. None vanishes: agent.Status keeps those that have ended, one by one or as a sum.
func totals(s *agent.Status) []totalOf {
	all := []totalOf{{kind: kindNetflow}, {kind: kindSLS}}
	at := func(kind string) *totalOf {
		for i := range all {
			if all[i].kind == kind {
				return &all[i]
			}
		}
		all = append(all, totalOf{kind: kind})
		return &all[len(all)-1]
	}
	for i := range s.Outputs {
		at(kindOf(&s.Outputs[i])).add(&s.Outputs[i])
	}
	if l := s.LogService; l != nil {
		spool := at(kindSpool)
		spool.Counters = spool.Plus(l.Earlier)
	}
	return all
}

func (t *totalOf) add(o *agent.OutputStatus) {
	t.Counters = t.Plus(o.Counters)
	t.oldest = max(t.oldest, o.OldestQueued)
	switch o.State {
	case agent.InForce:
		t.inForce++
		if n := o.Counters.PayloadLimit; n > 0 && (t.payloadLimit == 0 || n < t.payloadLimit) {
			t.payloadLimit = n
		}
	case agent.Draining:
		t.draining++
	case agent.Ended:
	}
}
