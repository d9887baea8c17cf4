package operation

import (
	"strings"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/agent"
)

func outputSection() section {
	return section{
		"Outputs: what becomes of records",
		"Outputs are summed up by kind, those that have ended included: `netflow` and `sls` are what a FlowLog asks for, `command-line` is the rest, and `spool` what earlier runs and ended outputs left for Log Service. " +
			"For each kind, at any moment: put + recovered = acknowledged + queued + spooled + set_aside + unexportable + dropped, in records, packets and bytes.",
		append(outputStates(), fates()...),
	}
}

func outputStates() []family {
	return []family{
		{
			"outputs", gauge, number, "Outputs in force, and those that still send what they hold",
			[]string{"kind", "state"},
			func(v *view, put put) {
				for _, t := range v.totals {
					if t.kind != kindSpool {
						put(float64(t.inForce), t.kind, "in-force")
						put(float64(t.draining), t.kind, "draining")
					}
				}
			},
		},
		{
			"output_info", gauge, number, "The outputs in force, by name",
			[]string{"kind", "output"},
			func(v *view, put put) {
				said := map[[2]string]bool{}
				for i := range v.Outputs {
					o := &v.Outputs[i]
					one := [2]string{kindOf(o), strings.ToValidUTF8(o.Counters.Output, "\uFFFD")}
					if o.State == agent.InForce && !said[one] {
						said[one] = true
						put(1, one[0], one[1])
					}
				}
			},
		},
	}
}

// fate is something that becomes of records.
type fate struct {
	name string
	kind kind
	help string
	of   func(*exporter.Counters) exporter.Sum
}

// fates are the counters that sum up.
func fates() []family {
	var all []family
	for _, f := range []fate{
		{"put", counter, "Records that were handed to outputs", func(c *exporter.Counters) exporter.Sum { return c.Put }},
		{"recovered", counter, "Records that were found in the spool", func(c *exporter.Counters) exporter.Sum { return c.Recovered }},
		{
			"acknowledged", counter, "Records that arrived as far as can be known: the system took their datagrams, or Log Service their batch",
			func(c *exporter.Counters) exporter.Sum { return c.Acknowledged },
		},
		{"queued", gauge, "Records that were put and wait in memory", func(c *exporter.Counters) exporter.Sum { return c.Queued }},
		{
			"spooled", gauge, "Records that wait on disk, or that an output left there when it ended",
			func(c *exporter.Counters) exporter.Sum { return c.Spooled },
		},
		{
			"set_aside", counter, "Records that Log Service refused for good, and that were set aside on disk",
			func(c *exporter.Counters) exporter.Sum { return c.SetAside },
		},
	} {
		for _, m := range measures() {
			all = append(all, family{"output_" + f.name + "_" + m.name + f.suffix(), f.kind, m.unit, f.help + m.in, []string{"kind"}, func(v *view, put put) {
				for i := range v.totals {
					put(float64(m.of(f.of(&v.totals[i].Counters))), v.totals[i].kind)
				}
			}})
		}
	}
	all = append(all, family{
		"output_queue_oldest_seconds", gauge, seconds, "How long the oldest record of a NetFlow output's queue has waited; 0 where none waits",
		[]string{"kind"},
		func(v *view, put put) {
			for _, t := range v.totals {
				if datagramKind(t.kind) {
					put(t.oldest, t.kind)
				}
			}
		},
	})
	return append(append(all, unexportable()...), dropped()...)
}

func (f *fate) suffix() string {
	if f.kind == counter {
		return "_total"
	}
	return ""
}

func unexportable() []family {
	var all []family
	for _, m := range measures() {
		all = append(all, family{
			"output_unexportable_" + m.name + "_total", counter, m.unit, "Records that the output's format can't carry, by reason" + m.in,
			[]string{"kind", "reason"},
			func(v *view, put put) {
				for _, t := range v.totals {
					put(float64(m.of(t.Unexportable.IPv6)), t.kind, "ipv6")
				}
			},
		})
	}
	return all
}

func dropped() []family {
	var all []family
	for _, m := range measures() {
		all = append(all, family{
			"output_dropped_" + m.name + "_total", counter, m.unit, "Records that were lost, by reason" + m.in,
			[]string{"kind", "reason"},
			func(v *view, put put) {
				for _, t := range v.totals {
					for reason, sum := range t.Dropped {
						if r := exporter.DropReason(reason); r != exporter.NotDropped {
							put(float64(m.of(sum)), t.kind, r.String())
						}
					}
				}
			},
		})
	}
	return all
}
